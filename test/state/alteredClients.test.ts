import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JournalEntry, Resource } from "../../api/state/deployments/deployment.ts";
import { type EditWorld, groupOf, open, other, refused, shut, startEditWorld, store } from "./support/editWorld.ts";
import { announcing, begun, deploymentOf, type RunningUpdate, succeeded, thing } from "./support/protocolClient.ts";
import type { Answer } from "./support/testBackend.ts";

/** What a client says that no engine of Pulumi's says: each is a way to have a state take what nobody judged. */
let world: EditWorld;
let { backend, client, stackOf, kept }: EditWorld = {} as EditWorld; // given before the first test
beforeAll(async () => {
  world = await startEditWorld();
  ({ backend, client, stackOf, kept } = world);
});
afterAll(() => world.close());

type Batch = readonly Partial<JournalEntry>[];

async function inTurn(update: RunningUpdate, batches: readonly Batch[]): Promise<Answer> {
  let answer = await update.journal();
  for (const batch of batches) answer = await update.journal(...batch);
  return answer;
}

const nothing = (operationID: number): Partial<JournalEntry> => ({ kind: 0, operationID });

/** A door whose ingress is a secret of this text. */
const secretly = (plaintext: string, more: object = {}): Resource =>
  groupOf("", {
    inputs: { ingress: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", plaintext }, ...more },
  });

describe("what no engine writes is no failure of the service", () => {
  test.each<[string, Resource, number]>([
    ["a secret whose text is no JSON is not known, and a rule that needs it refuses", secretly("not json"), 403],
    ["half a character in a key and in a value", { ...shut, inputs: { ...shut.inputs, "\ud800": "\udfff" } }, 200],
    ["half a character beside a secret", secretly("[]", { "\ud800": "\udfff" }), 200],
  ])("%s", async (_, resource, status) => {
    const update = await client.start(await client.makeStack());
    expect((await update.journal(begun(1, "creating", resource))).status).toBe(status);
    expect((await update.journal(succeeded(1, resource))).status).toBe(status === 200 ? 200 : 400);
    const stack = await client.makeStack();
    const put = () => backend.call("POST", `${stack}/import`, { body: deploymentOf(resource) });
    expect((await put()).status).toBe(status);
    expect((await put()).status).toBe(status);
  });
});

describe("a door open to the world comes into no state", () => {
  test.each<[string, readonly Batch[]]>([
    [
      "as what a step that made another found",
      [[begun(1, "creating", shut)], [succeeded(1, open, { isRefresh: true })]],
    ],
    ["as what was found where nothing stood", [[nothing(1)], [succeeded(1, open, { isRefresh: true })]]],
    [
      "as what was found of a resource that the update has made",
      [
        [begun(1, "creating", shut), succeeded(1, shut)],
        [
          nothing(2),
          { kind: 3, operationID: 2, isRefresh: true, removeNew: 1, state: { ...open, urn: `${open.urn}-2` } },
        ],
      ],
    ],
    [
      "as a secret that was announced as a plain property",
      [
        [
          begun(
            1,
            "creating",
            groupOf("", { inputs: { ingress: { secret: JSON.stringify(open.inputs?.["ingress"]) } } }),
          ),
        ],
        [succeeded(1, secretly(JSON.stringify(open.inputs?.["ingress"])))],
      ],
    ],
    ["as what a deletion leaves", [[begun(1, "deleting", open)], [succeeded(1, open)]]],
    ["as what was to be read, and is managed", [[begun(1, "reading", open)], [succeeded(1, open)]]],
  ])("%s", async (_, batches) => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    expect(await inTurn(update, batches)).toMatchObject(refused);
    await update.complete("failed");
    expect(await kept(stack)).not.toContainEqual(expect.objectContaining({ inputs: open.inputs }));
  });

  test("as the end of a step that was announced a second time, in a request that was refused", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    expect((await update.journal(begun(1, "creating", shut))).status).toBe(200);
    expect((await update.journal(begun(1, "creating", open))).status).not.toBe(200);
    expect(await update.journal({ ...succeeded(1, open), sequenceID: 9 })).toMatchObject(refused);
    await update.complete("failed");
    expect(await kept(stack)).not.toContainEqual(expect.objectContaining({ inputs: open.inputs }));
  });
});

describe("a protected store of production is not lost", () => {
  const same = (operationID: number, resource: Resource, place: number): Batch => [
    nothing(operationID),
    succeeded(operationID, resource, { removeOld: place }),
  ];
  const gone = (more: Partial<JournalEntry>): Partial<JournalEntry> => ({ kind: 1, ...more });
  test.each<[string, readonly Batch[]]>([
    [
      "by what becomes of it after a step that changed nothing",
      [same(1, store(), 0), [nothing(2), gone({ operationID: 2, removeNew: 1 })]],
    ],
    [
      "by the deletion of another, after a step that changed nothing",
      [same(1, store(), 0), [begun(2, "deleting", other)], [gone({ operationID: 2, removeNew: 1 })]],
    ],
    [
      "by being marked for its deletion, after a step that changed nothing",
      [same(1, store(), 0), [begun(2, "creating", thing("new"))], [succeeded(2, thing("new"), { deleteNew: 1 })]],
    ],
    ["by outputs of another in its place", [[{ kind: 4, operationID: 1, state: other, removeOld: 0 }]]],
    [
      "by outputs of another in its new place",
      [same(1, store(), 0), [{ kind: 4, operationID: 2, state: other, removeNew: 1 }]],
    ],
    [
      "by a change of it that leaves nothing",
      [[begun(1, "updating", store())], [gone({ operationID: 1, removeOld: 0 })]],
    ],
    [
      "by an import of it that leaves nothing",
      [[begun(1, "importing", store())], [gone({ operationID: 1, removeOld: 0 })]],
    ],
    [
      "by a change after which it is another thing of the cloud",
      [[begun(1, "updating", store())], [succeeded(1, store({ id: "players-2" }), { removeOld: 0 })]],
    ],
    [
      "by a reading that finds another thing of the cloud",
      [[nothing(1), { kind: 3, operationID: 1, isRefresh: true, removeOld: 0, state: store({ id: "players-2" }) }]],
    ],
    [
      "by a reading after a step that changed nothing",
      [same(1, store(), 0), [nothing(2), { kind: 3, operationID: 2, isRefresh: true, removeNew: 1 }]],
    ],
    [
      "by places that are counted anew in the same request",
      [
        [begun(1, "creating", thing("new")), succeeded(1, thing("new"))],
        [begun(2, "deleting", other)],
        [{ kind: 7 }, gone({ operationID: 2, removeOld: 1 })],
      ],
    ],
    [
      "by places that were counted anew before, as is said later",
      [
        [begun(1, "creating", thing("new")), succeeded(1, thing("new"))],
        [begun(2, "deleting", other)],
        [gone({ operationID: 2, removeOld: 1, sequenceID: 9 })],
        [{ kind: 7, sequenceID: 8 }],
      ],
    ],
  ])("%s", async (_, batches) => {
    const stack = await stackOf(store(), other);
    const update = await client.start(stack);
    const answer = await inTurn(update, batches);
    expect([400, 403]).toContain(answer.status);
    await update.complete("failed");
    const left = await kept(stack);
    expect(left).toContainEqual(expect.objectContaining({ id: "players-1", protect: true }));
    expect(left).not.toContainEqual(expect.objectContaining({ id: "players-1", delete: true }));
  });
});

describe("of a client that sends whole checkpoints", () => {
  const pending = (type: string, resource: Resource, ...resources: Resource[]) => {
    const { version, deployment } = announcing([], ...resources);
    return { version, deployment: { ...deployment, pending_operations: [{ type, resource }] } };
  };

  test.each(["updating", "importing", "creating"])("a protected store is not lost by an end of %s it", async (type) => {
    const stack = await stackOf(store(), other);
    const update = await client.start(stack, { journals: false });
    await update.checkpoint(pending(type, store(), store(), other));
    expect(await update.checkpoint(deploymentOf(other))).toMatchObject(refused);
    await update.complete("failed");
    expect(await kept(stack)).toContainEqual(expect.objectContaining({ id: "players-1", protect: true }));
  });

  test("a door open to the world comes into no state as what a deletion leaves", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack, { journals: false });
    expect((await update.checkpoint(pending("deleting", open))).status).toBe(200);
    expect(await update.checkpoint(deploymentOf(open))).toMatchObject(refused);
  });
});
