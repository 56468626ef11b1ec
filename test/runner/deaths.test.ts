import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Job } from "../../runner/wire.ts";
import { type GatedProvider, startGatedProvider } from "./support/gatedProvider.ts";
import {
  descendantsOf,
  isAlive,
  startWorkbench,
  until,
  type Workbench,
  type WorkbenchOptions,
} from "./support/workbench.ts";

let bench: Workbench;
let provider: GatedProvider;
let parent: ChildProcess | undefined;
const open = async (options: WorkbenchOptions = {}) => {
  bench = await startWorkbench(options);
};
beforeEach(async () => {
  provider = await startGatedProvider();
});
afterEach(async () => {
  provider.release();
  parent?.kill("SIGKILL");
  parent = undefined;
  await bench.close();
  provider.stop();
});

const PARENT = path.resolve(import.meta.dirname, "support/parent.ts");

/** More than an engine creates at once, so that some are not begun when it is interrupted. */
const COUNT = 40;

const things = (stack: string, attempt = 1): Promise<Job> =>
  bench.job({
    stack,
    attempt,
    program: "things",
    config: { "test:count": String(COUNT) },
    providers: `test:${provider.port}`,
  });
const processes = async () => {
  const host = bench.host.pid();
  const all = host === undefined ? [] : await descendantsOf(host);
  return {
    host: host ?? 0,
    engine: all.find(({ command }) => command.includes("pulumi up"))?.pid ?? 0,
    runners: all.filter(({ command }) => command.includes("runner.ts")).map(({ pid }) => pid),
  };
};
const nothingLostOrDoubled = async (job: Job) => {
  const inState = (await bench.resourcesOf(job)).map((urn) => urn.split("::").at(-1));
  expect(inState.toSorted()).toEqual(provider.created.toSorted());
  expect(await bench.pendingOf(job)).toBe(0);
};

test("a cancelled job saves what was in flight and begins nothing more", async () => {
  await open();
  provider.hold();
  const job = await things("cancelled");
  const run = bench.hub.run(job);
  await until("creates are in flight", () => provider.waiting > 0);
  bench.hub.cancel(job.id);
  bench.hub.cancel(job.id);
  await until("the engine was interrupted", () => provider.interrupts > 0);
  provider.release();
  expect(await run).toMatchObject({ outcome: "interrupted", reason: "cancelled" });
  expect(provider.created.length).toBeLessThan(COUNT);
  await nothingLostOrDoubled(job);
});

test("a job cancelled while it waits for a place is never started", async () => {
  await open();
  provider.hold();
  const first = bench.hub.run(await things("running"));
  const waiting = await things("waiting");
  const aborter = new AbortController();
  const second = bench.hub.run(waiting, { signal: aborter.signal });
  await until("creates are in flight", () => provider.waiting > 0);
  aborter.abort();
  expect(await second).toMatchObject({ outcome: "interrupted", reason: "cancelled" });
  provider.release();
  expect((await first).outcome).toBe("succeeded");
  expect(await bench.resourcesOf(waiting)).toEqual([]);
});

test("after kill -9 of the host its engines save what is in flight, and another host takes the next job", async () => {
  await open({ graceMs: 200 });
  provider.hold();
  const job = await things("orphaned");
  const run = bench.hub.run(job);
  await until("creates are in flight", () => provider.waiting > 0);
  const { host, engine, runners } = await processes();
  expect(engine).toBeGreaterThan(0);
  process.kill(host, "SIGKILL");
  expect(await run).toMatchObject({ outcome: "interrupted", reason: "host-lost" });
  await until("the engine was interrupted", () => provider.interrupts > 0);
  provider.release();
  await until("engine and runners are gone", () => ![engine, ...runners].some(isAlive));
  expect(provider.created.length).toBeLessThan(COUNT);
  await nothingLostOrDoubled(job);
  expect(await bench.hub.run(await things("orphaned", 2))).toMatchObject({ outcome: "succeeded" });
  expect(provider.created).toHaveLength(COUNT);
  await nothingLostOrDoubled(job);
});

test("an engine killed from outside is reported as killed", async () => {
  await open();
  provider.hold();
  const run = bench.hub.run(await things("killed"));
  await until("creates are in flight", () => provider.waiting > 0);
  process.kill((await processes()).engine, "SIGKILL");
  expect(await run).toMatchObject({ outcome: "killed", reason: "engine-died", signal: "SIGKILL" });
});

test("the engine of a runner that dies saves what is in flight, and the next job finds another runner", async () => {
  await open();
  provider.hold();
  const job = await things("bereft");
  const run = bench.hub.run(job);
  await until("creates are in flight", () => provider.waiting > 0);
  const { engine, runners } = await processes();
  expect(engine).toBeGreaterThan(0);
  for (const pid of runners) process.kill(pid, "SIGKILL");
  provider.release();
  const report = await run;
  expect(report).toMatchObject({ outcome: "interrupted", reason: "runner-lost" });
  expect(isAlive(engine)).toBe(false);
  await nothingLostOrDoubled(job);
  expect((await bench.hub.run(await bench.job({ stack: "bereft-next", program: "describe" }))).outcome).toBe(
    "succeeded",
  );
});

test("a job goes on through a lost connection, and its report arrives over the next", async () => {
  await open();
  provider.hold();
  const run = bench.hub.run(await things("cut-off"));
  await until("creates are in flight", () => provider.waiting > 0);
  bench.server.closeAllConnections();
  await until("the loss was noticed", () => bench.hub.attached().length === 0);
  await until("the host dialled again", () => bench.hub.attached().length === 1);
  provider.release();
  expect(await run).toMatchObject({ outcome: "succeeded" });
});

test("two jobs run at once on two runners", async () => {
  await open({ capacity: 2 });
  provider.hold();
  const jobs = await Promise.all([things("one"), things("two")]);
  const runs = jobs.map((job) => bench.hub.run(job));
  await until("two engines wait at the provider", async () => {
    const host = bench.host.pid() ?? 0;
    const engines = (await descendantsOf(host)).filter(({ command }) => command.includes("pulumi up"));
    return engines.length === 2 && provider.waiting > 8;
  });
  provider.release();
  expect((await Promise.all(runs)).map(({ outcome }) => outcome)).toEqual(["succeeded", "succeeded"]);
});

test("a host that is told to stop interrupts its engines, reports on them and leaves no process", async () => {
  await open();
  provider.hold();
  const job = await things("stopped");
  const run = bench.hub.run(job);
  await until("creates are in flight", () => provider.waiting > 0);
  const { host, engine, runners } = await processes();
  const stopped = bench.host.stop();
  await until("the engine was interrupted", () => provider.interrupts > 0);
  provider.release();
  expect(await run).toMatchObject({ outcome: "interrupted", reason: "host-stopping" });
  await stopped;
  expect([host, engine, ...runners].filter(isAlive)).toEqual([]);
  await nothingLostOrDoubled(job);
});

test("after kill -9 of the control process its host ends, after its engines have saved what was in flight", async () => {
  await open();
  await bench.host.stop();
  parent = spawn(process.execPath, [PARENT, JSON.stringify(bench.hostOptions)], { stdio: "ignore" });
  provider.hold();
  const job = await things("abandoned");
  void bench.hub.run(job);
  await until("creates are in flight", () => provider.waiting > 0);
  const started = (await descendantsOf(parent.pid ?? 0)).map(({ pid }) => pid);
  expect(started.length).toBeGreaterThanOrEqual(3);
  parent.kill("SIGKILL");
  await until("the engine was interrupted", () => provider.interrupts > 0);
  expect(started.filter(isAlive).length).toBeGreaterThanOrEqual(3);
  provider.release();
  await until("all of them are gone", () => !started.some(isAlive));
  await nothingLostOrDoubled(job);
});
