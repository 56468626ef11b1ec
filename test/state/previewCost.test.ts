import { afterAll, beforeAll, expect, test } from "vitest";
import { intendedState } from "../../api/state/judgement/previewCost.ts";
import { begun, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { keys, startTestBackend, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;

beforeAll(async () => {
  backend = await startTestBackend();
  client = protocolClient(backend);
});
afterAll(() => backend.close());

const gateway = (name: string) => ({
  ...thing(name, { region: "us-east-1" }, "aws:ec2/natGateway:NatGateway"),
  id: name,
});
const machine = (instanceType: string) => ({
  ...thing(
    "server",
    { region: "us-east-1", instanceType, rootBlockDevice: { volumeSize: 8, volumeType: "gp3" } },
    "aws:ec2/instance:Instance",
  ),
  id: "i-1",
});
const [small, large] = [machine("m5.large"), machine("m5.xlarge")];
/** A NAT gateway in us-east-1: 730 hours, and 100 GB of data. */
const NAT = 37_350_000;

/** An event of the engine about a step that a preview intends. */
const planned = (op: string, { urn, type, ...state }: ReturnType<typeof thing>, sequence = 1) => {
  const held = { urn, type, id: "", parent: "", provider: "", outputs: {}, ...state };
  const [old, next] = op === "delete" ? [held, undefined] : [undefined, held];
  const metadata = { op, urn, type, provider: "", ...(old && { old }), ...(next && { new: next }) };
  return { sequence, timestamp: 1, resourcePreEvent: { metadata } };
};

/** A stack in which these resources stand. */
async function stackOf(...resources: ReturnType<typeof thing>[]): Promise<string> {
  const stack = await client.makeStack();
  const update = await client.start(stack);
  const entries = resources.flatMap((resource, index) => [
    begun(index + 1, "creating", resource),
    succeeded(index + 1, resource),
  ]);
  expect((await update.journal(...entries)).status).toBe(200);
  expect((await update.complete()).status).toBe(200);
  return stack;
}

async function preview(stack: string, ...events: object[]) {
  const update = await client.start(stack, { dryRun: true });
  expect((await update.send("POST", "events/batch", { events })).status).toBe(200);
  expect((await update.complete()).status).toBe(200);
  const row = await backend.database.db
    .selectFrom("updateEstimates")
    .select("estimate")
    .where("updateId", "=", update.id)
    .executeTakeFirst();
  return row?.estimate as Record<string, unknown> | undefined;
}

test("a preview says what the stack costs as it stands, and what it would cost", async () => {
  const stack = await stackOf(gateway("one"));
  const estimate = await preview(stack, planned("create", gateway("two")), planned("same", gateway("one"), 2));
  expect(estimate).toMatchObject({ before: NAT, after: 2 * NAT, unpriced: [], resourcesLeftOut: 0 });
  expect(estimate?.["resources"]).toEqual([
    expect.objectContaining({ urn: gateway("two").urn, before: 0, after: NAT, region: "us-east-1" }),
    expect.objectContaining({ urn: gateway("one").urn, before: NAT, after: NAT }),
  ]);
});

test("what is replaced costs what its successor does, and what goes costs nothing", async () => {
  const stack = await stackOf(gateway("one"), small);
  const estimate = await preview(
    stack,
    planned("create-replacement", large, 1),
    planned("replace", large, 2),
    planned("delete-replaced", small, 3),
    planned("delete", gateway("one"), 4),
  );
  const disk = 8 * 80_000;
  expect(estimate).toMatchObject({ before: NAT + 730 * 96_000 + disk, after: 730 * 192_000 + disk });
});

test("what is not known yet is listed with the reason, and never counted as nothing in silence", async () => {
  const unknown = machine("04da6b54-80e4-46f7-96ec-b56ff0331ba9");
  const estimate = await preview(await client.makeStack(), planned("create", unknown));
  expect(estimate).toMatchObject({
    after: 0,
    unpriced: [{ type: "aws:ec2/instance:Instance", count: 1, why: expect.stringContaining("not known yet") }],
  });
});

test("a client that goes on after its preview is told what that said; one without a preview, or of another person, is not", async () => {
  const stack = await stackOf(gateway("one"));
  const asked = (key?: string) => client.create(stack, key === undefined ? {} : { key });
  expect((await asked()).body.messages).toBeUndefined();
  await preview(stack, planned("create", gateway("two")));
  expect((await asked()).body.messages).toEqual([
    {
      severity: "warning",
      message: "Cost by your last preview: + 37.35 USD a month, from 37.35 to 74.70.",
    },
  ]);
  expect((await asked(keys.admin)).body.messages).toBeUndefined();
  const moved = await client.start(stack);
  await moved.complete();
  expect((await asked()).body.messages).toBeUndefined();
});

test("resources that a program only reads, and those on their way out, are not the stack's to pay for", async () => {
  const read = { ...gateway("read"), external: true };
  const doomed = { ...gateway("doomed"), delete: true };
  expect(intendedState([doomed], []).length).toBe(0);
  const estimate = await preview(await client.makeStack(), planned("read", read));
  expect(estimate).toMatchObject({ before: 0, after: 0, resources: [] });
});
