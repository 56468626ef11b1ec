import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { Resource } from "../../api/state/deployments/deployment.ts";
import { begun, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { keys, startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
/** Told to settle, in order; what it then does is the test's. */
let asked: string[];
let onHeal: (stackId: string) => Promise<unknown>;
let path: string;
let stackId: string;

beforeAll(async () => {
  backend = await startTestBackend({
    heal: (stack) => {
      asked.push(stack);
      return onHeal(stack);
    },
  });
  client = protocolClient(backend);
});
afterAll(() => backend.close());

const provider: Resource = {
  ...thing("default", { region: "eu-west-1" }, "pulumi:providers:test"),
  id: "p-1",
};
const bucket = { ...thing("bucket"), id: "id-of-bucket", outputs: { arn: "arn:of-bucket" } };
const pending: Resource = {
  ...thing("made", { bucket: "arn:of-bucket" }),
  provider: `${provider.urn}::p-1`,
  dependencies: [bucket.urn],
  propertyDependencies: { bucket: [bucket.urn] },
};

/** A stack whose engine died with one create in flight. */
beforeEach(async () => {
  asked = [];
  onHeal = async () => undefined;
  path = await client.makeStack();
  const update = await client.start(path);
  await update.journal(
    ...[begun(1, "creating", provider), succeeded(1, provider), begun(2, "creating", bucket), succeeded(2, bucket)],
    begun(3, "creating", pending),
  );
  await backend.call("POST", `${update.path}/cancel`, { key: keys.operator });
  const stack = await backend.state.findStack({ team: TEAM, project: "game", name: path.split("/").at(-1) ?? "" });
  stackId = stack?.id ?? "";
});

const settle = (version: number, id: string | undefined = "id-of-made") =>
  backend.state.settlePendingCreates({
    stackId,
    version,
    settlements: [{ urn: pending.urn, id }],
    operation: undefined,
  });

test("a pending create is told with all that it takes to look for what it made", async () => {
  const { version, creates } = await backend.state.readPendingCreates(stackId);
  expect(version).toBe(1);
  expect(creates).toEqual([
    {
      urn: pending.urn,
      type: pending.type,
      custom: true,
      inputs: { bucket: "arn:of-bucket" },
      provider: { region: "eu-west-1" },
      since: expect.any(Date),
      knownIds: ["id-of-bucket"],
      withinOwn: true,
    },
  ]);
});

test("an adopted resource is in the next version of the state, and the stack is open again", async () => {
  expect(await settle(1)).toBe("settled");
  const state = await client.exported(path);
  expect(state.resources.map(({ id }: Resource) => id)).toEqual(["p-1", "id-of-bucket", "id-of-made"]);
  expect(state.pending_operations).toBeUndefined();
  expect(await backend.state.findStackById(stackId)).toMatchObject({ version: 2, suspects: [], resourceCount: 3 });
  await (await client.start(path)).complete();
});

test("nothing is written when the state is another than was looked at, or an update holds the stack", async () => {
  expect(await settle(0)).toBe("changed");
  const refresh = await client.start(path, { kind: "refresh" });
  await expect(settle(1)).rejects.toMatchObject({ code: "stack-locked" });
  await refresh.complete();
  const state = await client.exported(path);
  expect(state.pending_operations).toHaveLength(1);
});

test("a foreign engine's update is admitted after what was in flight is settled", async () => {
  onHeal = () => settle(1);
  await (await client.start(path)).complete();
  expect(asked).toEqual([stackId]);
});

test("what could not be settled is refused as before, and who may not change the stack settles nothing", async () => {
  expect((await client.create(path, {})).body.message).toContain(pending.urn);
  expect(asked).toEqual([stackId]);
  expect((await client.create(path, { key: keys.viewer, kind: "preview", dryRun: true })).status).toBe(200);
  expect(asked).toEqual([stackId]);
});

test("an update whose lease ran out is ended, and what it left is settled, before the next one is admitted", async () => {
  onHeal = () => settle(1);
  await (await client.start(path)).complete();
  const dead = await client.start(path);
  const late = { ...thing("late"), provider: `${provider.urn}::p-1` };
  await dead.journal(begun(1, "creating", late));
  expect((await client.begin(path)).answer.status).toBe(409);
  asked = [];
  backend.moveClock(10 * 60);
  onHeal = async () => {
    const { version, creates } = await backend.state.readPendingCreates(stackId);
    const settlements = creates.map(({ urn }) => ({ urn, id: undefined }));
    return backend.state.settlePendingCreates({ stackId, version, settlements, operation: undefined });
  };
  await (await client.start(path)).complete();
  expect(asked).toEqual([stackId]);
});
