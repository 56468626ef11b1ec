import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "../../api/base/clock.ts";
import { createLogger } from "../../api/base/logger.ts";
import { fixedHostTokens } from "../../api/runners/hostTokens.ts";
import { createRunnerHub, type RunnerHub } from "../../api/runners/index.ts";
import { readLines } from "../../runner/readLines.ts";
import { type Job, type JobReport, type ToHost, toHost } from "../../runner/wire.ts";
import { until } from "./support/workbench.ts";

const TOKENS = { one: "token-of-the-first-holder", two: "token-of-the-second-holder" } as const;
const SUCCESS: JobReport = {
  outcome: "succeeded",
  exitCode: 0,
  diagnostics: "",
  timing: { preparation: 1, engine: 2 },
};

let hub: RunnerHub;
let server: Server;
let base: string;
let open: readonly AbortController[] = [];
beforeEach(async () => {
  hub = createRunnerHub({
    logger: createLogger({ level: "silent" }),
    clock: systemClock,
    hostTokens: fixedHostTokens(TOKENS),
    pingMs: 100,
    graceMs: 200,
  });
  server = createServer(express().use("/runner/v1", hub.router)).listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}/runner/v1`;
});
afterEach(async () => {
  for (const connection of open) connection.abort();
  open = [];
  hub.close();
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const post = (path: string, body: unknown, token: string = TOKENS.one, signal?: AbortSignal): Promise<Response> =>
  fetch(`${base}/${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
    ...(signal === undefined ? {} : { signal }),
  });

interface FakeHost {
  readonly received: ToHost[];
  readonly jobs: () => readonly string[];
  readonly cancels: () => readonly string[];
  hangUp(): void;
}

/** A host that does nothing but listen, and say that it lives unless it is `mute`. */
async function attachHost(
  host: string,
  { capacity = 1, running = [] as readonly string[], mute = false } = {},
): Promise<FakeHost> {
  const connection = new AbortController();
  open = [...open, connection];
  const response = await post("attach", { host, capacity, running }, TOKENS.one, connection.signal);
  expect(response.status).toBe(200);
  const received: ToHost[] = [];
  void (async () => {
    for await (const line of readLines(response.body ?? new ReadableStream())) {
      const message = toHost.parse(JSON.parse(line));
      received.push(message);
      if (message.type === "ping" && !mute) await post(`hosts/${host}/alive`, { leaving: false });
    }
  })().catch(() => undefined); // hung up
  return {
    received,
    jobs: () => received.flatMap((message) => (message.type === "job" ? [message.job.id] : [])),
    cancels: () => received.flatMap((message) => (message.type === "cancel" ? [message.job] : [])),
    hangUp: () => connection.abort(),
  };
}

const jobOf = (id: string): Job => ({
  id,
  operation: id,
  phase: "up",
  stack: { team: "default", project: "meridian", name: "launch.sandbox.eu-west-1" },
  backend: { url: "http://127.0.0.1:1", token: "token" },
  blueprint: { name: "test", digest: "sha256:test" },
  config: {},
  providerEnv: {},
  policies: false,
});
const reportOn = (job: string, host: string, token: string = TOKENS.one) =>
  post(`jobs/${job}/report`, { host, report: SUCCESS }, token);

describe("giving out jobs", () => {
  test("jobs wait for a host and are given in the order of asking, as many as it has places", async () => {
    const runs = ["a", "b", "c"].map((id) => hub.run(jobOf(id)));
    const host = await attachHost("h", { capacity: 2 });
    await until("two jobs came", () => host.jobs().length === 2);
    expect(host.jobs()).toEqual(["a", "b"]);
    expect((await reportOn("a", "h")).status).toBe(204);
    await until("the third came", () => host.jobs().length === 3);
    await reportOn("b", "h");
    await reportOn("c", "h");
    expect(await Promise.all(runs)).toEqual([SUCCESS, SUCCESS, SUCCESS]);
  });

  test("the host with most free places gets the job", async () => {
    const small = await attachHost("small", { capacity: 1 });
    const large = await attachHost("large", { capacity: 4 });
    void hub.run(jobOf("a"));
    await until("the job came", () => large.jobs().length === 1);
    expect(small.jobs()).toEqual([]);
  });

  test("asking twice for the same job starts it once", async () => {
    const host = await attachHost("h", { capacity: 2 });
    const both = [hub.run(jobOf("a")), hub.run(jobOf("a"))];
    await until("the job came", () => host.jobs().length > 0);
    await reportOn("a", "h");
    expect(await Promise.all(both)).toEqual([SUCCESS, SUCCESS]);
    expect(host.jobs()).toEqual(["a"]);
  });

  test("a host that is leaving gets no more jobs, and may still report", async () => {
    const host = await attachHost("h", { capacity: 2 });
    const first = hub.run(jobOf("a"));
    await until("the job came", () => host.jobs().length === 1);
    await post("hosts/h/alive", { leaving: true });
    void hub.run(jobOf("b"));
    await reportOn("a", "h");
    expect(await first).toEqual(SUCCESS);
    const other = await attachHost("other");
    await until("the other host has it", () => other.jobs().length === 1);
    expect(host.jobs()).toEqual(["a"]);
  });

  test("a signal that was aborted before the call starts nothing", async () => {
    const host = await attachHost("h");
    expect(await hub.run(jobOf("a"), { signal: AbortSignal.abort() })).toMatchObject({
      outcome: "interrupted",
      reason: "cancelled",
    });
    expect(host.jobs()).toEqual([]);
  });
});

describe("losing hosts", () => {
  test("a job is interrupted when its host stays away longer than the grace", async () => {
    const host = await attachHost("h");
    const run = hub.run(jobOf("a"));
    await until("the job came", () => host.jobs().length === 1);
    host.hangUp();
    expect(await run).toMatchObject({ outcome: "interrupted", reason: "host-lost" });
    expect(hub.attached()).toEqual([]);
  });

  test("a host that dials again in time and names its job goes on with it", async () => {
    const host = await attachHost("h");
    const run = hub.run(jobOf("a"));
    await until("the job came", () => host.jobs().length === 1);
    host.hangUp();
    await until("the loss was noticed", () => hub.attached().length === 0);
    const again = await attachHost("h", { running: ["a"] });
    await until("it was pinged thrice", () => again.received.filter(({ type }) => type === "ping").length >= 3);
    await reportOn("a", "h");
    expect(await run).toEqual(SUCCESS);
    expect([again.jobs(), again.cancels()]).toEqual([[], []]);
  });

  test("a job that a host does not name when it dials again is interrupted", async () => {
    const host = await attachHost("h");
    const run = hub.run(jobOf("a"));
    await until("the job came", () => host.jobs().length === 1);
    await attachHost("h", { running: [] });
    expect(await run).toMatchObject({ outcome: "interrupted", reason: "host-lost" });
  });

  test("a job that nobody waits for is cancelled at the host that names it", async () => {
    const host = await attachHost("h", { running: ["of-an-earlier-life"] });
    await until("it was told", () => host.cancels().length > 0);
    expect(host.cancels()).toEqual(["of-an-earlier-life"]);
  });

  test("a cancel that met a lost connection is told again", async () => {
    const host = await attachHost("h");
    const run = hub.run(jobOf("a"));
    await until("the job came", () => host.jobs().length === 1);
    host.hangUp();
    await until("the loss was noticed", () => hub.attached().length === 0);
    hub.cancel("a");
    const again = await attachHost("h", { running: ["a"] });
    await until("it was told", () => again.cancels().length > 0);
    await reportOn("a", "h");
    expect(await run).toEqual(SUCCESS);
  });

  test("a host that does not answer pings is lost, though its connection stands", async () => {
    const host = await attachHost("h", { mute: true });
    const run = hub.run(jobOf("a"));
    await until("the job came", () => host.jobs().length === 1);
    expect(await run).toMatchObject({ outcome: "interrupted", reason: "host-lost" });
  });
});

describe("refusals", () => {
  test.each(["attach", "hosts/h/alive", "jobs/a/report"])("%s without a known token is refused", async (path) => {
    expect((await post(path, {}, "unknown-token")).status).toBe(401);
  });

  test.each([
    ["attach", "{"],
    ["attach", {}],
    ["attach", { host: "h", capacity: 0 }],
    ["attach", { host: "../h", capacity: 1 }],
    ["hosts/h/alive", { leaving: "yes" }],
    ["jobs/a/report", { host: "h" }],
    ["jobs/a/report", { host: "h", report: { ...SUCCESS, outcome: "excellent" } }],
    ["jobs/a/report", { host: "h", report: { ...SUCCESS, diagnostics: "x".repeat(8_001) } }],
  ])("%s with the malformed body %j is refused", async (path, body) => {
    expect((await post(path, body)).status).toBe(400);
  });

  test("a report on a job that nobody waits for is refused as gone", async () => {
    expect((await reportOn("unknown", "h")).status).toBe(410);
  });

  test("a report by another host, or with another token, is refused and changes nothing", async () => {
    const host = await attachHost("h");
    await attachHost("other");
    const run = hub.run(jobOf("a"));
    await until(
      "the job came",
      () => host.jobs().length === 1 || hub.attached().some(({ running }) => running.length > 0),
    );
    const owner = hub.attached().find(({ running }) => running.includes("a"))?.host ?? "";
    const stranger = owner === "h" ? "other" : "h";
    expect((await reportOn("a", stranger)).status).toBe(403);
    expect((await reportOn("a", owner, TOKENS.two)).status).toBe(403);
    expect((await reportOn("a", owner)).status).toBe(204);
    expect(await run).toEqual(SUCCESS);
  });

  test("a host's name cannot be taken with another token", async () => {
    await attachHost("h");
    expect((await post("attach", { host: "h", capacity: 1 }, TOKENS.two)).status).toBe(403);
    expect(hub.attached()).toHaveLength(1);
  });
});
