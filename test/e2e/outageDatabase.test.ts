import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { untilEnded } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createsOf, doubled, existing, recorded } from "../support/truth.ts";
import { type OwnPostgres, ownPostgres } from "./supportDatabase.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { changesMade, inCloud } from "./supportLedger.ts";
import { CHAIN } from "./supportPrograms.ts";

/** How long the database is away; in milliseconds. */
const AWAY_MS = Number(process.env["OUTAGE_MS"] ?? 60_000);
vi.setConfig({ testTimeout: 400_000 });

let database: OwnPostgres;
let service: TestService;
let laptop: Laptop;
let chain: Project;

beforeAll(async () => {
  database = await ownPostgres();
  service = await startTestService({ env: { DATABASE_URL: database.url } });
  laptop = await setUpLaptop(service);
  chain = await laptop.project("chain", CHAIN);
  await chain.ok(["login", service.url], { PULUMI_ACCESS_TOKEN: service.adminKey });
});
afterAll(async () => {
  await laptop?.close();
  await service?.close();
  await database?.close();
});

async function setCallTime(callMs: number): Promise<void> {
  const { status } = await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor: 0, callMs } });
  expect(status).toBe(200);
}

async function makeStack(name: string): Promise<void> {
  await chain.ok(["stack", "init", name]);
  await chain.ok(["config", "set", "aws:region", "eu-west-1", "-s", name]);
}

async function ready(): Promise<number> {
  return (await fetch(`${service.url}/readyz`)).status;
}

test("a minute without a database in the middle of updates: a foreign CLI and an operation both end well, with nothing lost or doubled", async () => {
  await makeStack("live");
  await makeStack("waiting");
  await setCallTime(1_500);
  const up = chain.start(["up", "--yes", "--skip-preview", "-s", "live"]);
  const asked = await service.call("POST", "/v1/stack-sets", {
    body: { name: "away", blueprint: "game-servers", regions: ["eu-west-1", "us-east-1"], inputs: {} },
  });
  expect(asked.status).toBe(202);
  await up.printed("second creating");
  const second = chain.start(["up", "--yes", "--skip-preview", "-s", "waiting"]);
  await second.printed("first creating");
  await vi.waitFor(async () => expect((await createsOf(service, "away.sandbox.eu-west-1")).length).toBeGreaterThan(3), {
    timeout: 90_000,
    interval: 200,
  });

  await database.stop();
  expect(await ready()).toBe(503);
  await delay(AWAY_MS); // the length of the outage is what is tried
  await database.start();
  await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 20_000, interval: 100 });

  for (const cli of [up, second]) {
    const { exitCode, output } = await cli.ended;
    expect(`${output}\nexit ${exitCode}`).toContain("exit 0");
  }
  for (const stack of ["live", "waiting"]) {
    expect(await changesMade(service, `chain/${stack}`)).toEqual(["create first", "create second", "create third"]);
    expect(await inCloud(service, `chain/${stack}`)).toEqual(["first", "second", "third"]);
    await chain.ok(["preview", "--expect-no-changes", "-s", stack]);
  }
  await setCallTime(0);

  const rollout = await untilEnded(service, `/v1/rollouts/${asked.body.id}`);
  expect(rollout.error).toBeUndefined();
  expect(rollout).toMatchObject({ status: "succeeded" });
  for (const { region, operation } of rollout.regions) {
    const { body } = await service.call("GET", `/v1/operations/${operation}`);
    expect(body).toMatchObject({ status: "succeeded", attempt: 1, suspects: [] });
    const stack = `away.sandbox.${region}`;
    expect(doubled(await createsOf(service, stack))).toEqual([]);
    expect(await recorded(service, stack)).toEqual(await existing(service, stack));
  }
});

test("the REST API says that the database is away, and when to come again", async () => {
  await database.stop();
  try {
    const { status, headers, body } = await service.call("GET", "/v1/stacks");
    expect(status).toBe(503);
    expect(body).toMatchObject({ code: "unavailable" });
    expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
  } finally {
    await database.start();
  }
  await vi.waitFor(async () => expect(await ready()).toBe(200), { timeout: 20_000, interval: 100 });
  expect((await service.call("GET", "/v1/stacks")).status).toBe(200);
});
