import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JournalEntry, Resource } from "../../api/state/deployments/deployment.ts";
import {
  type EditWorld,
  groupOf as group,
  open,
  other,
  refused,
  shut,
  startEditWorld,
  store,
} from "./support/editWorld.ts";
import { grantExemption, usesOf, withdrawElsewhere } from "./support/exemptions.ts";
import { begun, deploymentOf, type RunningUpdate, succeeded, thing } from "./support/protocolClient.ts";
import { insertOperation } from "./support/rows.ts";
import { type Answer, keys, TEAM } from "./support/testBackend.ts";

/** What a client can say to have happened, and what of it the state takes: the clients here are not Pulumi's. */
let world: EditWorld;
let { backend, client, stackOf, kept }: EditWorld = {} as EditWorld; // given before the first test
beforeAll(async () => {
  world = await startEditWorld();
  ({ backend, client, stackOf, kept } = world);
});
afterAll(() => world.close());

const PROTECTION = "reliability-protect-data-stores";
/** An exemption of the rule that protects the store, for as long as something is done. @returns how often it was used */
async function exempted(work: () => Promise<void>): Promise<number> {
  const id = await grantExemption(backend, PROTECTION);
  try {
    await work();
    return await usesOf(backend, id);
  } finally {
    await withdrawElsewhere(backend, id);
    backend.exemptions.forget();
  }
}

/** Each entry in a request of its own, as an engine sends them that waits for its answers. @returns the last answer */
async function inTurn(update: RunningUpdate, entries: readonly Partial<JournalEntry>[]): Promise<Answer> {
  let answer = await update.journal();
  for (const entry of entries) answer = await update.journal(entry);
  return answer;
}

describe("the end of a step", () => {
  test.each<[string, readonly Partial<JournalEntry>[], readonly Partial<JournalEntry>[]]>([
    ["with other inputs than it began with", [begun(1, "creating", shut)], [succeeded(1, open)]],
    [
      "that was to change nothing, with a resource that nobody judged",
      [{ kind: 0, operationID: 1 }],
      [succeeded(1, open)],
    ],
    ["that was to read, with a resource that is managed", [begun(1, "reading", shut)], [succeeded(1, open)]],
    [
      "of an import, with the inputs that were found",
      [begun(1, "importing", group("10.0.0.0/8", { inputs: {} }))],
      [succeeded(1, open)],
    ],
    [
      "as outputs of a resource, with other inputs",
      [begun(1, "creating", shut), succeeded(1, shut)],
      [{ kind: 4, operationID: 2, state: open, removeNew: 1 }],
    ],
  ])("%s is judged, refused and not taken into the state", async (_, before, end) => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    expect((await update.journal(...before)).status).toBe(200);
    expect(await update.journal(...end)).toMatchObject(refused);
    await update.complete("failed");
    expect(await kept(stack)).not.toContainEqual(expect.objectContaining({ inputs: open.inputs }));
  });

  test.each([
    ["name", { ...shut, urn: `${shut.urn}-2` }],
    ["type", { ...shut, type: "test:index:Thing" }],
  ])("with another %s than it began with does not follow from it", async (_, state) => {
    const update = await client.start(await client.makeStack());
    await update.journal(begun(1, "creating", shut));
    expect((await update.journal(succeeded(1, state))).status).toBe(400);
  });

  test("adds what the provider answered, though its secrets are sealed anew", async () => {
    const stack = await client.makeStack();
    const sealed = async (): Promise<Resource> => {
      const plaintext = Buffer.from(JSON.stringify(["10.0.0.0/8"])).toString("base64");
      const { ciphertext } = (await backend.call("POST", `${stack}/encrypt`, { body: { plaintext } })).body;
      const cidrBlocks = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext };
      return group("", { inputs: { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks }] } });
    };
    const update = await client.start(stack);
    await update.journal(begun(1, "creating", { ...(await sealed()), id: "" }));
    expect((await update.journal(succeeded(1, { ...(await sealed()), outputs: { arn: "a" } }))).status).toBe(200);
    expect((await update.complete()).status).toBe(200);
    const again = await client.start(stack);
    const same = { ...(await sealed()), outputs: { arn: "a" } };
    expect((await again.journal({ kind: 0, operationID: 1 }, succeeded(1, same, { removeOld: 0 }))).status).toBe(200);
  });

  test("that changes nothing leaves what stood there before there was a rule", async () => {
    const update = await client.start(await stackOf(open));
    const end = succeeded(1, { ...open, protect: true }, { removeOld: 0 });
    expect((await update.journal({ kind: 0, operationID: 1 }, end)).status).toBe(200);
    const worse = group("0.0.0.0/0", { inputs: { ...open.inputs, description: "more" } });
    expect(await update.journal({ kind: 0, operationID: 2 }, succeeded(2, worse, { removeOld: 0 }))).toMatchObject(
      refused,
    );
  });

  test("of an import or a reading that breaks no rule is taken", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    const read = group("0.0.0.0/0", { urn: `${shut.urn}-read`, external: true });
    await update.journal(begun(1, "importing", group("", { inputs: {} })), begun(2, "reading", read));
    expect((await update.journal(succeeded(1, shut), succeeded(2, read))).status).toBe(200);
    expect((await update.complete()).status).toBe(200);
    expect(await kept(stack)).toHaveLength(2);
  });
});

describe("a protected store of production", () => {
  const write = (...resources: Resource[]): Partial<JournalEntry> => ({
    kind: 5,
    newSnapshot: deploymentOf(...resources).deployment,
  });
  const losses: readonly [string, readonly Partial<JournalEntry>[]][] = [
    ["by the end of another's deletion", [begun(1, "deleting", other), { kind: 1, operationID: 1, removeOld: 0 }]],
    [
      "by the end of another's making, marked for deletion",
      [begun(1, "creating", thing("new")), succeeded(1, thing("new"), { deleteOld: 0 })],
    ],
    [
      "as a leftover of a replacement",
      [
        { kind: 0, operationID: 1 },
        { kind: 1, operationID: 1, removeOld: 0 },
      ],
    ],
    [
      "by being read instead of managed",
      [begun(1, "reading", store({ external: true })), succeeded(1, store({ external: true }), { removeOld: 0 })],
    ],
    [
      "by a step that changes nothing and calls it read",
      [{ kind: 0, operationID: 1 }, succeeded(1, store({ external: true }), { removeOld: 0 })],
    ],
    ["by a base without it", [write(other)]],
    ["by a base that calls it read", [write(store({ external: true }), other)]],
    ["by a base with another in its place", [write(store({ id: "players-2" }), other)]],
    [
      "by a reading that does not find it",
      [
        { kind: 0, operationID: 1 },
        { kind: 3, operationID: 1, removeOld: 0, isRefresh: true },
      ],
    ],
    [
      "by a reading that finds it without protection",
      [
        { kind: 0, operationID: 1 },
        { kind: 3, operationID: 1, removeOld: 0, isRefresh: true, state: store({ protect: false }) },
      ],
    ],
  ];

  test.each(losses)("is not lost %s; an exemption of the rule lets it go, once", async (_, entries) => {
    const stack = await stackOf(store(), other);
    const update = await client.start(stack, { kind: "refresh" });
    expect(await inTurn(update, entries)).toMatchObject(refused);
    await update.complete("failed");
    expect(await kept(stack)).toContainEqual(expect.objectContaining({ id: "players-1", protect: true }));

    const uses = await exempted(async () => {
      const allowed = await client.start(stack, { kind: "refresh" });
      expect((await inTurn(allowed, entries)).status).toBe(200);
    });
    expect(uses).toBe(1);
  });

  const edits: readonly [string, readonly Resource[]][] = [
    ["loses its protection", [store({ protect: false }), other]],
    ["is gone", [other]],
    ["is called read", [store({ external: true }), other]],
    ["is another thing of the cloud", [store({ id: "players-2" }), other]],
  ];

  test.each(edits)("stays when a state is imported in which it %s; an exemption lets it go", async (_, resources) => {
    const stack = await stackOf(store(), other);
    const before = await kept(stack);
    const body = deploymentOf(...resources);
    const answer = await backend.call("POST", `${stack}/import`, { body });
    expect(answer).toMatchObject(refused);
    expect(answer.body.message).toContain(`ask for an exemption of ${PROTECTION} (POST /v1/exemptions)`);
    expect(await kept(stack)).toEqual(before);
    const uses = await exempted(async () => {
      expect((await backend.call("POST", `${stack}/import`, { body })).status).toBe(200);
    });
    expect(uses).toBe(1);
  });

  test("may be taken back out where the import before brought it, as a client does that could not finish a move", async () => {
    const stack = await stackOf(other);
    const put = (body: object) => backend.call("POST", `${stack}/import`, { body });
    expect((await put(deploymentOf(store(), other))).status).toBe(200);
    expect((await put(deploymentOf(other))).status).toBe(200);
    expect((await put(deploymentOf(store(), other))).status).toBe(200);
    const update = await client.start(stack);
    await update.journal(begun(1, "creating", thing("new")), succeeded(1, thing("new")));
    await update.complete();
    expect(await put(deploymentOf(other))).toMatchObject(refused);
  });

  test("is not forgotten with its stack; an exemption lets it go, and what nothing protects goes", async () => {
    const [guarded, plain] = [await stackOf(store()), await stackOf(other)];
    const forget = (stack: string) => backend.call("DELETE", `${stack}?force=true`);
    expect(await forget(guarded)).toMatchObject(refused);
    expect(await kept(guarded)).toHaveLength(1);
    expect(await exempted(async () => expect((await forget(guarded)).status).toBe(200))).toBe(1);
    expect((await forget(plain)).status).toBe(200);
  });

  test("uses no exemption for an edit that leaves it protected", async () => {
    const stack = await stackOf(store(), other);
    const larger = store({ inputs: { serverSideEncryption: { enabled: true }, readCapacity: 2 } });
    const uses = await exempted(async () => {
      const answer = await backend.call("POST", `${stack}/import`, { body: deploymentOf(larger, other) });
      expect(answer.status).toBe(200);
    });
    expect(uses).toBe(0);
  });

  test("may get another name, and what it depends on may change", async () => {
    const stack = await stackOf(store(), other);
    const renamed = store({ urn: `${store().urn}-renamed` });
    const body = deploymentOf(renamed, { ...other, inputs: { size: 2 } });
    expect((await backend.call("POST", `${stack}/import`, { body })).status).toBe(200);
  });

  test("that the service itself does not find is forgotten", async () => {
    const path = await stackOf(store());
    const name = path.split("/").at(-1) ?? "";
    const stack = await backend.state.findStack({ team: TEAM, project: "game", name });
    const token = await operationToken(stack?.id ?? "");
    const update = await client.start(path, { kind: "refresh", key: token });
    const gone = { kind: 3, operationID: 1, removeOld: 0, isRefresh: true };
    expect((await update.journal({ kind: 0, operationID: 1 }, gone)).status).toBe(200);
    await update.complete();
    expect(await kept(path)).toEqual([]);
  });

  test("in places counted anew after a refresh is still known", async () => {
    const stack = await stackOf(other, store());
    const update = await client.start(stack);
    const gone = { kind: 3, operationID: 1, removeOld: 0, isRefresh: true };
    expect((await update.journal({ kind: 0, operationID: 1 }, gone, { kind: 7 })).status).toBe(200);
    const entries = [begun(2, "creating", thing("new")), succeeded(2, thing("new"), { removeOld: 0 })];
    expect(await inTurn(update, entries)).toMatchObject(refused);
  });
});

/** The token of an operation on a stack, as its engine has it. */
async function operationToken(stackId: string): Promise<string> {
  const operation = await insertOperation(backend, "refresh");
  return backend.state.issueOperationToken({ operation, stackId, person: "x", ttl: 600 });
}

describe("what a refresh finds", () => {
  test("is recorded as it is: a door that somebody opened is not hidden by refusing to see it", async () => {
    const stack = await stackOf(shut);
    const update = await client.start(stack, { kind: "refresh" });
    const found = { kind: 3, operationID: 1, removeOld: 0, isRefresh: true, state: open };
    expect((await update.journal({ kind: 0, operationID: 1 }, found)).status).toBe(200);
    await update.complete();
    expect(await kept(stack)).toMatchObject([{ inputs: open.inputs }]);
  });

  test("under another name is no finding", async () => {
    const update = await client.start(await stackOf(shut), { kind: "refresh" });
    const found = { kind: 3, operationID: 1, removeOld: 0, isRefresh: true, state: { ...open, urn: `${open.urn}-2` } };
    expect(await update.journal({ kind: 0, operationID: 1 }, found)).toMatchObject(refused);
  });
});

test("a viewer's key brings no state in", async () => {
  const stack = await client.makeStack();
  const answer = await backend.call("POST", `${stack}/import`, { key: keys.viewer, body: deploymentOf(other) });
  expect(answer.status).toBe(403);
});
