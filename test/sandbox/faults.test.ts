import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import type { LedgerEntry } from "../../sandbox/cloud/ledger.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const network = { cidrBlock: "10.0.0.0/16" };

let sandbox: TestSandbox;
beforeAll(async () => {
  sandbox = await startTestSandbox();
});
afterEach(async () => {
  await sandbox.control("DELETE", "/faults");
});
afterAll(() => sandbox.end());

let stacks = 0;
async function freshEngine() {
  stacks += 1;
  const stack = `game/faults-${stacks}`;
  const engine = await sandbox.engine({ stack });
  const entries = async (): Promise<readonly LedgerEntry[]> => {
    return (await sandbox.ledger()).filter((entry) => entry.stack === stack);
  };
  return { stack, engine, entries };
}

test("a throttled call is tried again by the provider until it passes, each attempt in the ledger", async () => {
  const { stack, engine, entries } = await freshEngine();
  await sandbox.control("POST", "/faults", { kind: "throttling", count: 2, scope: { stack, operation: "create" } });
  await engine.create(VPC, network);
  expect((await entries()).map(({ outcome, code }) => [outcome, code])).toEqual([
    ["error", "RequestLimitExceeded"],
    ["error", "RequestLimitExceeded"],
    ["ok", undefined],
  ]);
});

test("a call that is throttled for ever fails after a bounded number of attempts and makes nothing", async () => {
  const { stack, engine, entries } = await freshEngine();
  await sandbox.control("POST", "/faults", { kind: "throttling", scope: { stack } });
  await expect(engine.create(VPC, network)).rejects.toThrow("RequestLimitExceeded:");
  expect(await entries()).toHaveLength(10);
  const { body } = await sandbox.control("GET", `/resources?stack=${encodeURIComponent(stack)}`);
  expect(body).toEqual({ items: [] });
});

test("a fault strikes only the calls of its scope", async () => {
  const { stack, engine } = await freshEngine();
  const scope = { stack, service: "eks", region: "eu-west-1", account: "000000000000" };
  const { body } = await sandbox.control("POST", "/faults", { kind: "throttling", scope });
  await engine.create(VPC, network);
  expect((await sandbox.control("GET", "/faults")).body).toEqual({ items: [{ ...(body as object), struck: 0 }] });
});

test("a lost response fails the create that happened, and the ledger says so", async () => {
  const { stack, engine, entries } = await freshEngine();
  await sandbox.control("POST", "/faults", { kind: "lost-response", count: 1, scope: { stack, type: VPC } });
  await expect(engine.create(VPC, network)).rejects.toMatchObject({ code: 2 });
  const [lost] = await entries();
  expect(lost).toMatchObject({ operation: "create", outcome: "lost", id: expect.stringMatching(/^vpc-/) });
  expect(await engine.read(VPC, lost?.id ?? "")).toBeDefined();
});

test("a response that never comes leaves the call open until the engine cancels", async () => {
  const { stack, engine, entries } = await freshEngine();
  await sandbox.control("POST", "/faults", { kind: "lost-response", answer: "none", count: 1, scope: { stack } });
  let ended = false;
  const create = engine.create(VPC, network).catch(() => {
    ended = true;
  });
  await vi.waitFor(async () => expect(await entries()).toHaveLength(1), { timeout: 5_000 });
  expect(ended).toBe(false);
  await engine.cancel();
  await create;
  expect(ended).toBe(true);
});

test("slowness takes the milliseconds it says", async () => {
  const { stack, engine, entries } = await freshEngine();
  await sandbox.control("POST", "/faults", { kind: "slowness", delayMs: 40, scope: { stack } });
  await engine.create(VPC, network);
  expect((await entries())[0]?.durationMs).toBeGreaterThanOrEqual(39);
});

test("the same seed strikes the same calls", async () => {
  const pattern = async (): Promise<string> => {
    const { stack, engine, entries } = await freshEngine();
    const scope = { stack, operation: "create" };
    await sandbox.control("POST", "/faults", { kind: "lost-response", rate: 0.5, seed: "drill", scope });
    for (let i = 0; i < 12; i += 1) await engine.create(VPC, network).catch(() => undefined);
    await sandbox.control("DELETE", "/faults");
    return (await entries()).map(({ outcome }) => outcome).join(" ");
  };
  const first = await pattern();
  expect(first).toContain("lost");
  expect(first).toContain("ok");
  expect(await pattern()).toBe(first);
});

test("checks, diffs and previews are not throttled", async () => {
  const { stack, engine } = await freshEngine();
  await sandbox.control("POST", "/faults", { kind: "throttling", scope: { stack } });
  await engine.check(VPC, network);
  await engine.diff(VPC, "vpc-1", network, network);
  await engine.create(VPC, network, { preview: true });
});

test("calls beyond the rate limit of an account, region and service are throttled, others are not", async () => {
  const strict = await startTestSandbox({ rateLimit: { perSecond: 0.001, burst: 2 } });
  try {
    const engine = await strict.engine();
    await engine.create(VPC, network);
    await engine.create(VPC, network);
    await expect(engine.create(VPC, network)).rejects.toThrow("RequestLimitExceeded:");
    const elsewhere = await strict.engine({ configuration: { region: "us-east-1" } });
    await elsewhere.create(VPC, network);
  } finally {
    await strict.end();
  }
});
