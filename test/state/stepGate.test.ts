import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../api/state/deployments/deployment.ts";
import { announcing, begun, deploymentOf, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { realGate, startTestBackend, type TestBackend, testKeyring } from "./support/testBackend.ts";

let backend: TestBackend;
/** The same stacks, from before there was a rule. */
let lenient: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  const keyring = testKeyring();
  backend = await startTestBackend({ gate: await realGate(), keyring });
  lenient = await startTestBackend({ keyring, database: backend.database });
  client = protocolClient(backend);
});
afterAll(async () => {
  await lenient.close();
  await backend.close();
  await (await realGate()).close();
});

const group = (name: string, cidr: unknown): Resource =>
  thing(
    name,
    { ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: cidr }] },
    "aws:ec2/securityGroup:SecurityGroup",
  );
const [open, shut] = [group("open", ["0.0.0.0/0"]), group("shut", ["10.0.0.0/8"])];
const secret = (ciphertext: string) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext,
});
const table = (more: Partial<Resource> = {}): Resource => ({
  ...thing(
    "sessions",
    { deletionProtectionEnabled: true, serverSideEncryption: { enabled: true } },
    "aws:dynamodb/table:Table",
  ),
  ...more,
});
const names = (resources: readonly { urn: string }[] = []) => resources.map(({ urn }) => urn.split("::").at(-1));
const begunOnes = (operations: readonly { resource: Resource }[] = []) =>
  names(operations.map(({ resource }) => resource));

describe("a batch with a forbidden step", () => {
  test("is refused, its ends are committed, and none of its begins stays pending", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await update.journal(begun(1, "creating", thing("a")), begun(2, "creating", thing("b")));
    const refused = await update.journal(
      succeeded(1, thing("a")),
      begun(3, "creating", open),
      begun(4, "creating", thing("bystander")),
      { kind: 0, operationID: 5 },
    );
    expect(refused.status).toBe(403);
    expect(refused.body.message).toContain('"open"');
    expect(refused.body.message).toContain("1 other step(s)");
    // A step that changes nothing does not wait for its begin to be acknowledged, so it ends all the same.
    expect((await update.journal(succeeded(2, thing("b")), succeeded(5, thing("same")))).status).toBe(200);
    await update.complete("failed");
    const state = await client.exported(stack);
    expect(names(state.resources)).toEqual(["a", "b", "same"]);
    expect(state.pending_operations).toBeUndefined();
  });

  test("is refused again when it is repeated, and told once", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    const batch = { ...begun(1, "creating", open), sequenceID: 1 };
    const told = async () => {
      const query = backend.database.db.selectFrom("verdicts").select("id").where("updateId", "=", update.id);
      return (await query.execute()).length;
    };
    const first = await update.journal(batch);
    const toldOnce = await told();
    expect(toldOnce).toBeGreaterThan(0);
    expect(await update.journal(batch)).toMatchObject({ status: 403, body: first.body });
    expect(await told()).toBe(toldOnce);
  });

  test("makes none of its steps come true by an end that is sent in spite of it", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await update.journal(begun(1, "creating", open), begun(2, "creating", thing("bystander")));
    for (const end of [succeeded(1, open), succeeded(2, thing("bystander"))])
      expect((await update.journal({ ...end, sequenceID: 3 })).status).toBe(400);
    await update.complete("failed");
    expect((await client.exported(stack)).resources).toEqual([]);
  });
});

describe("secrets in what is judged", () => {
  test("are opened when they are the service's own", async () => {
    const stack = await client.makeStack();
    const seal = async (value: unknown): Promise<string> => {
      const plaintext = Buffer.from(JSON.stringify(value)).toString("base64");
      return (await backend.call("POST", `${stack}/encrypt`, { body: { plaintext } })).body.ciphertext;
    };
    const update = await client.start(stack);
    const forbidden = await update.journal(begun(1, "creating", group("one", secret(await seal(["0.0.0.0/0"])))));
    expect(forbidden.status).toBe(403);
    expect(forbidden.body.message).not.toContain("0.0.0.0/0");
    expect((await update.journal(begun(2, "creating", group("two", secret(await seal(["10.0.0.0/8"])))))).status).toBe(
      200,
    );
  });

  test.each([
    ["of another secrets manager", "v1:abc:def"],
    ["of another stack", "AQABAAAA"],
  ])("%s fail closed under a mandatory rule that needs them", async (_, ciphertext) => {
    const update = await client.start(await client.makeStack());
    const refused = await update.journal(begun(1, "creating", group("one", secret(ciphertext))));
    expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining("not known") } });
  });

  test("that no rule reads do not matter", async () => {
    const update = await client.start(await client.makeStack());
    const described = { ...shut, inputs: { ...shut.inputs, description: secret("v1:abc:def") } };
    expect((await update.journal(begun(1, "creating", described))).status).toBe(200);
  });
});

describe("a protected data store", () => {
  const imported = async () => {
    const stack = await client.makeStack();
    expect((await backend.call("POST", `${stack}/import`, { body: deploymentOf(table()) })).status).toBe(200);
    return stack;
  };

  test("is not deleted", async () => {
    const update = await client.start(await imported(), { kind: "destroy" });
    expect((await update.journal(begun(1, "deleting", table()))).status).toBe(403);
  });

  test("is not replaced: the making of its successor is refused by the state before it", async () => {
    const update = await client.start(await imported());
    const successor = table({ inputs: { serverSideEncryption: { enabled: true } } });
    expect((await update.journal(begun(1, "creating", successor))).status).toBe(403);
  });

  test("that Pulumi only read may be forgotten", async () => {
    const stack = await client.makeStack();
    await backend.call("POST", `${stack}/import`, { body: deploymentOf(table({ external: true })) });
    const update = await client.start(stack);
    expect((await update.journal(begun(1, "deleting", table()))).status).toBe(200);
  });

  test.each<[string, Partial<Resource>]>([
    ["only read", { external: true }],
    ["without protection", { inputs: {} }],
    ["another of that name", { id: "another", inputs: {} }],
  ])("is not deleted by a client that calls it %s: the state says what it is", async (_, claim) => {
    const update = await client.start(await imported(), { kind: "destroy" });
    expect((await update.journal(begun(1, "deleting", table(claim)))).status).toBe(403);
  });
});

describe("a client that sends checkpoints", () => {
  test("is refused the checkpoint in which a forbidden step begins; what else is in it is kept", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack, { journals: false });
    await update.checkpoint(announcing([thing("a"), thing("b")]));
    const bad = announcing([thing("b"), open], thing("a"));
    const refused = await update.checkpoint(bad);
    expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining('"open"') } });
    expect(await update.checkpoint(bad)).toMatchObject({ status: 403, body: refused.body });
    const state = await client.exported(stack);
    expect(names(state.resources)).toEqual(["a"]);
    expect(begunOnes(state.pending_operations)).toEqual(["b"]);
  });

  test("may go on for other resources, though it keeps sending what was refused", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack, { journals: false });
    await update.checkpoint(announcing([open]));
    expect((await update.checkpoint(announcing([open, thing("b")]))).status).toBe(200);
    expect((await update.checkpoint(announcing([open], thing("b")))).status).toBe(200);
    await update.complete("failed");
    const state = await client.exported(stack);
    expect(names(state.resources)).toEqual(["b"]);
    expect(state.pending_operations).toBeUndefined();
  });
});

test("an import is judged by what it changes: what was there before may stay", async () => {
  const stack = await client.makeStack();
  const record = await backend.state.findStack({
    team: "studio",
    project: "game",
    name: stack.split("/").at(-1) ?? "",
  });
  const old = await lenient.call("POST", `${stack}/import`, { body: deploymentOf(open) });
  expect(old.status).toBe(200);
  expect((await backend.call("POST", `${stack}/import`, { body: deploymentOf(open, thing("new")) })).status).toBe(200);
  const worse = { ...open, inputs: { ...open.inputs, description: "changed" } };
  expect((await backend.call("POST", `${stack}/import`, { body: deploymentOf(worse) })).status).toBe(403);
  expect(names((await backend.state.readDeployment(record?.id ?? "")).deployment.resources)).toEqual(["open", "new"]);
});

test("a stack is not made with a forbidden state", async () => {
  const made = await backend.call("POST", "/api/stacks/studio/game", {
    body: { stackName: "copied", state: deploymentOf(open) },
  });
  expect(made.status).toBe(403);
  expect((await backend.call("GET", "/api/stacks/studio/game/copied")).status).toBe(404);
});

describe("the end of a preview", () => {
  const governed = async (name: string): Promise<string> => {
    const { db } = backend.database;
    await db
      .insertInto("targets")
      .values({
        name: "live",
        cloud: "aws",
        account: "1",
        environment: "production",
        regions: ["eu-west-1"],
        doors: [],
        credentials: "{}",
      })
      .onConflict((on) => on.doNothing())
      .execute();
    const doors = ["cli", "service"];
    await backend.state.ensureStack(undefined, {
      team: "studio",
      project: "game",
      name,
      target: "live",
      region: "eu-west-1",
      doors,
      tags: {},
    });
    return `/api/stacks/studio/game/${name}`;
  };
  const intends = (op: string, states: object) => ({
    sequence: 0,
    timestamp: 1,
    resourcePreEvent: {
      planning: true,
      metadata: { op, urn: open.urn, type: open.type, old: null, new: null, detailedDiff: null, ...states },
    },
  });
  const preview = async (stack: string, event: object) => {
    const update = await client.start(stack, { dryRun: true });
    await update.send("POST", "events/batch", { events: [event] });
    return update;
  };

  test("of a governed stack is refused for what it intends, and again when it is asked again", async () => {
    const stack = await governed("launch");
    const update = await preview(stack, intends("create", { new: open }));
    const refused = await update.complete();
    expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining('"open"') } });
    expect(await update.complete()).toMatchObject({ status: 403, body: refused.body });
    expect((await (await preview(stack, intends("create", { new: shut }))).complete()).status).toBe(200);
  });

  test("of a governed stack is refused for a deletion too", async () => {
    const stack = await governed("store");
    const store = table();
    const event = intends("delete", { urn: store.urn, type: store.type, old: { ...store, outputs: {} } });
    expect((await (await preview(stack, event)).complete()).status).toBe(403);
  });

  test("of a stack of one's own is not: there each step is refused on its own line", async () => {
    const update = await preview(await client.makeStack(), intends("create", { new: open }));
    expect((await update.complete()).status).toBe(200);
  });

  test("with a value that is not known yet passes, for it is judged when it is", async () => {
    const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
    const update = await preview(await governed("unknown"), intends("create", { new: group("open", unknown) }));
    expect((await update.complete()).status).toBe(200);
  });
});
