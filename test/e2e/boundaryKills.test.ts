import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { URN_MARK, urnMark } from "../../programs/urnMark.ts";
import { untilEnded } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { createsOf, doubled, existing, recorded } from "../support/truth.ts";
import { type JournalEntry, startBackendProxy } from "./boundary/backendProxy.ts";
import { made, replaced } from "./boundary/blueprint.ts";
import { type EngineWrapper, wrapEngine } from "./boundary/engineWrapper.ts";
import { startProviderProxy } from "./boundary/providerProxy.ts";

/**
 * kill -9 of the engine at every boundary between it, its backend and its providers. BOUNDARY_KILLS=20 does each twenty
 * times, a different resource each time.
 */
const rounds = Number(process.env["BOUNDARY_KILLS"] ?? 2);
const boundaries = [
  "begin sent",
  "begin acknowledged",
  "provider called",
  "provider answered",
  "success sent",
  "success acknowledged",
] as const;
type Boundary = (typeof boundaries)[number];

interface Aim {
  readonly boundary: Boundary;
  /** The name of the resource in the program. */
  readonly name: string;
  /** What is cut off with the engine's death arrives nevertheless, and only its answer is lost. */
  readonly arrives: boolean;
}

let aim: Aim | undefined;
let engine: EngineWrapper;
let service: TestService;
let closeProxies: () => Promise<void>;

const isAimedAt = (urn: string, boundary: Boundary): boolean =>
  aim?.boundary === boundary && urn.endsWith(`::${aim.name}`);

/** Kills once: the attempt that follows is left alone. */
async function kill(): Promise<void> {
  aim = undefined;
  await engine.kill();
}

const begins = (entries: readonly JournalEntry[]) =>
  entries.some(({ kind, operation }) => kind === 0 && isCreateAt(operation, "begin sent"));
const isCreateAt = (operation: JournalEntry["operation"], boundary: Boundary): boolean =>
  operation?.type === "creating" && isAimedAt(operation.resource.urn, boundary);
const succeeds = (entries: readonly JournalEntry[], boundary: Boundary) =>
  entries.some(({ kind, state }) => kind === 1 && state !== undefined && isAimedAt(state.urn, boundary));

beforeAll(async () => {
  const backend = await startBackendProxy(() => service.url, {
    async before(entries) {
      if (!begins(entries) && !succeeds(entries, "success sent")) return "pass";
      const fate = aim?.arrives === true ? "unanswered" : "lost";
      await kill();
      return fate;
    },
    async after(entries) {
      if (succeeds(entries, "success acknowledged")) await kill();
    },
  });
  const provider = await startProviderProxy(sandboxAddress, {
    async before(urn) {
      if (!isAimedAt(urn, "begin acknowledged")) return "pass";
      await kill();
      return "lost";
    },
    during: async (urn) => (isAimedAt(urn, "provider called") ? kill() : undefined),
    after: async (urn) => (isAimedAt(urn, "provider answered") ? kill() : undefined),
  });
  closeProxies = async () => {
    provider.close();
    await backend.close();
  };
  engine = await wrapEngine({ backend: backend.port, provider: provider.port });
  const env = { PATH: `${engine.bin}${path.delimiter}${process.env["PATH"]}` };
  service = await startTestService({ env, main: path.resolve(import.meta.dirname, "boundary/controlProcess.ts") });
  // Time for an engine to die in while the cloud is at work.
  await service.call("PUT", "/v1/sandbox/latency", { body: { waitFactor: 0, callMs: 20 } });
});
afterAll(async () => {
  await service?.close();
  await closeProxies?.();
  await engine?.remove();
});

async function sandboxAddress(): Promise<string> {
  const run = await readFile(path.join(service.dataDir, "sandbox", "run.json"), "utf8");
  return `127.0.0.1:${(JSON.parse(run) as { grpcPort: number }).grpcPort}`; // its own format
}

/** Waits for the end of a rollout's only operation. */
async function operationOf(rollout: { readonly id: string }) {
  const { regions } = await untilEnded(service, `/v1/rollouts/${rollout.id}`);
  const { body } = await service.call("GET", `/v1/operations/${regions[0].operation}`);
  return body;
}

async function create(name: string) {
  const request = { name, blueprint: "boundary", regions: ["eu-west-1"], inputs: { generation: 1 } };
  const { status, body } = await service.call("POST", "/v1/stack-sets", { body: request });
  expect(status, JSON.stringify(body)).toBe(202);
  return operationOf(body);
}

async function change(name: string) {
  const found = await service.call("GET", `/v1/stack-sets/${name}`);
  const { status, body } = await service.call("PATCH", `/v1/stack-sets/${name}`, {
    body: { inputs: { generation: 2 } },
    headers: { "if-match": found.headers.get("etag") ?? "", "content-type": "application/merge-patch+json" },
  });
  expect(status, JSON.stringify(body)).toBe(202);
  return operationOf(body);
}

/** The operation ended well by itself after the engine's death; cloud and state agree, and there is nothing left to do. */
async function expectHealed(stack: string, operation: Awaited<ReturnType<typeof operationOf>>): Promise<void> {
  expect(operation.error).toBeUndefined();
  expect(operation).toMatchObject({ status: "succeeded", suspects: [] });
  expect(aim, "the engine was never killed").toBeUndefined();
  expect(operation.attempt).toBeGreaterThan(1);
  expect(await recorded(service, stack)).toEqual(await existing(service, stack));
  const { body } = await service.call("GET", `/api/stacks/default/meridian/${stack}/export`);
  expect(body.deployment.pending_operations ?? []).toEqual([]);
  const resources: readonly { urn: string; refreshBeforeUpdate?: boolean; inputs?: { tags?: object } }[] =
    body.deployment.resources;
  expect(resources.filter(({ refreshBeforeUpdate }) => refreshBeforeUpdate)).toEqual([]);
  const tagged = resources.filter(({ inputs }) => inputs?.tags !== undefined);
  expect(tagged.length).toBeGreaterThan(3);
  for (const { urn, inputs } of tagged) expect(inputs?.tags).toMatchObject({ [URN_MARK]: urnMark(urn) });
  const { headers } = await service.call("POST", `/v1/stacks/${stack}/operations`, { body: { kind: "preview" } });
  const preview = await untilEnded(service, headers.get("location") ?? "");
  expect(preview).toMatchObject({ status: "succeeded", changes: { create: 0, update: 0, replace: 0, delete: 0 } });
}

async function tearDown(name: string): Promise<void> {
  const { body } = await service.call("DELETE", `/v1/stack-sets/${name}`);
  expect(await untilEnded(service, `/v1/rollouts/${body.id}`)).toMatchObject({ status: "succeeded" });
  expect(await existing(service, `${name}.sandbox.eu-west-1`)).toEqual([]);
}

const cases = (names: readonly string[], times: number) =>
  boundaries.flatMap((boundary, at) =>
    Array.from({ length: times }, (_, round) => ({
      boundary,
      round: round + 1,
      arrives: round % 2 === 1,
      // Each boundary begins elsewhere in the list, so that few rounds meet many kinds of resource too.
      name: names[(round + at * 2) % names.length] ?? "",
    })),
  );

test.each(cases(made, rounds))(
  "a create killed when its $boundary is settled by itself: $name ($round)",
  async ({ boundary, name, arrives, round }) => {
    const stackSet = `made-${boundaries.indexOf(boundary)}-${round}`;
    const stack = `${stackSet}.sandbox.eu-west-1`;
    aim = { boundary, name, arrives };
    const operation = await create(stackSet);
    await expectHealed(stack, operation);
    expect(doubled(await createsOf(service, stack))).toEqual([]);
    await tearDown(stackSet);
  },
  120_000,
);

test.each(cases(replaced, Math.ceil(rounds / 4)))(
  "a replacement killed when its $boundary is settled by itself: $name ($round)",
  async ({ boundary, name, arrives, round }) => {
    const stackSet = `replaced-${boundaries.indexOf(boundary)}-${round}`;
    const stack = `${stackSet}.sandbox.eu-west-1`;
    expect(await create(stackSet)).toMatchObject({ status: "succeeded" });
    aim = { boundary, name, arrives };
    const operation = await change(stackSet);
    await expectHealed(stack, operation);
    // Once made and once replaced, and no more often than that.
    const creates = (await createsOf(service, stack)).map(({ urn }) => urn);
    expect(creates.filter((urn) => creates.filter((each) => each === urn).length > 2)).toEqual([]);
    await tearDown(stackSet);
  },
  120_000,
);
