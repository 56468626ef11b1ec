import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { untilEnded } from "../support/operations.ts";
import { descendants } from "../support/processes.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createsOf, doubled, existing, recorded } from "../support/truth.ts";

/**
 * kill -9 in the middle of an up. KILL_ROUNDS=10 runs each of them ten times in a row.
 */
const rounds = Array.from({ length: Number(process.env["KILL_ROUNDS"] ?? 1) }, (_, index) => index + 1);
let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterEach(() => setCallTime(0));
afterAll(() => service?.close());

/** How long each call takes, so that there is a middle to kill in; `waitFactor` lengthens what the cloud takes to make a thing. */
async function setCallTime(callMs: number, waitFactor = 0): Promise<void> {
  const { status, body } = await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor, callMs } });
  expect(status, JSON.stringify(body)).toBe(200);
}

interface Started {
  readonly stack: string;
  readonly operation: string;
}

/** Asks for a stack and waits until so many of its resources have been made. */
async function startUp(name: string, made: number): Promise<Started> {
  const { status, body } = await service.call("POST", "/v1/stack-sets", {
    body: { name, blueprint: "game-servers", regions: ["eu-west-1"], inputs: {} },
  });
  expect(status, JSON.stringify(body)).toBe(202);
  const stack = `${name}.sandbox.eu-west-1`;
  const operation = await vi.waitFor(
    async () => {
      const rollout = await service.call("GET", `/v1/rollouts/${body.id}`);
      const [region] = rollout.body.regions;
      if (region.operation === undefined) throw new Error("the operation is not there yet");
      return region.operation as string; // an id, as the rollout shows it
    },
    { timeout: 30_000, interval: 20 },
  );
  await vi.waitFor(
    async () => {
      const creates = await createsOf(service, stack);
      if (creates.length < made) throw new Error(`only ${creates.length} are made`);
    },
    { timeout: 90_000, interval: 50 },
  );
  return { stack, operation };
}

async function expectNothingLostOrDoubled(stack: string): Promise<void> {
  expect(doubled(await createsOf(service, stack))).toEqual([]);
  expect(await recorded(service, stack)).toEqual(await existing(service, stack));
}

/** Tears a stack set down, so that the next round begins with an empty cloud. */
async function tearDown(name: string): Promise<void> {
  await setCallTime(0);
  const { body } = await service.call("DELETE", `/v1/stack-sets/${name}`);
  expect(await untilEnded(service, `/v1/rollouts/${body.id}`)).toMatchObject({ status: "succeeded" });
  expect(await existing(service, `${name}.sandbox.eu-west-1`)).toEqual([]);
}

test.each(rounds)(
  "killing the control process loses and doubles nothing (%i)",
  async (round) => {
    await setCallTime(60);
    const name = `control-${round}`;
    const { stack, operation } = await startUp(name, 12);
    await service.kill("SIGKILL");
    await service.restart();
    const ended = await untilEnded(service, `/v1/operations/${operation}`);
    expect(ended.error).toBeUndefined();
    expect(ended).toMatchObject({ status: "succeeded", suspects: [] });
    expect(ended.attempt).toBeGreaterThan(1);
    await expectNothingLostOrDoubled(stack);
    await tearDown(name);
  },
  240_000,
);

test.each(rounds)(
  "killing the runner host loses and doubles nothing (%i)",
  async (round) => {
    await setCallTime(60);
    const name = `host-${round}`;
    const { stack, operation } = await startUp(name, 12);
    const [host] = descendants(service.pid(), /runner\/main\.ts/);
    process.kill(host?.pid ?? Number.NaN, "SIGKILL");
    const ended = await untilEnded(service, `/v1/operations/${operation}`);
    expect(ended.error).toBeUndefined();
    expect(ended).toMatchObject({ status: "succeeded", suspects: [] });
    expect(ended.attempt).toBeGreaterThan(1);
    await expectNothingLostOrDoubled(stack);
    await tearDown(name);
  },
  240_000,
);

test.each(rounds)(
  "killing the engine loses and doubles nothing: what it had in flight is settled, and the operation goes on (%i)",
  async (round) => {
    await setCallTime(60);
    const name = `engine-${round}`;
    const { stack, operation } = await startUp(name, 12);
    // From here on what is made stays in the making for a while: all that can begin has begun when the steps stand still.
    await setCallTime(0, 10);
    await stepsStandStill(operation);
    const [engine] = descendants(service.pid(), /\/pulumi up /);
    process.kill(engine?.pid ?? Number.NaN, "SIGKILL");
    await setCallTime(0);
    const ended = await untilEnded(service, `/v1/operations/${operation}`);
    expect(ended.error).toBeUndefined();
    expect(ended).toMatchObject({ status: "succeeded", suspects: [] });
    expect(ended.attempt).toBeGreaterThan(1);
    await expectNothingLostOrDoubled(stack);
    await tearDown(name);
  },
  240_000,
);

/** Waits until an operation's log has not grown for half a second. */
async function stepsStandStill(operation: string): Promise<void> {
  let before = -1;
  await vi.waitFor(
    async () => {
      const { body } = await service.call("GET", `/v1/operations/${operation}`);
      expect(body.status).toBe("running");
      const now = await lastEvent(operation);
      const still = now === before;
      before = now;
      if (!still) throw new Error("steps still begin");
    },
    { timeout: 30_000, interval: 600 },
  );
}

async function lastEvent(operation: string): Promise<number> {
  const response = await fetch(`${service.url}/v1/operations/${operation}/events`, {
    headers: { authorization: `Bearer ${service.adminKey}` },
    signal: AbortSignal.timeout(400),
  });
  let text = "";
  try {
    for await (const chunk of response.body ?? []) text += Buffer.from(chunk).toString();
  } catch {
    // the stream of a running operation does not end by itself: the time limit ends it
  }
  return Number(
    text
      .match(/id: (\d+)/g)
      ?.at(-1)
      ?.slice(4) ?? 0,
  );
}
