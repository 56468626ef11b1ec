import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { begun, deploymentOf, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { keys, startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  backend = await startTestBackend({ leaseSeconds: 30 });
  client = protocolClient(backend);
});
afterAll(() => backend.close());
beforeEach(() => void backend.audited.splice(0));

/** What is on record since the test began, as `action outcome by`. */
const recorded = () => backend.audited.map(({ action, outcome, caller }) => `${action} ${outcome} ${caller.name}`);
const operator = `operator@${TEAM}`;
const viewer = `viewer@${TEAM}`;
const base64 = (text: string) => Buffer.from(text).toString("base64");

describe("what is done", () => {
  test("each reading of state, history and secrets is on record, by whom", async () => {
    const stack = await client.makeStack();
    const sealed = await backend.call("POST", `${stack}/encrypt`, { body: { plaintext: base64("swordfish") } });
    await backend.call("GET", `${stack}/export`, { key: keys.viewer });
    await backend.call("POST", `${stack}/decrypt`, { body: sealed.body });
    await backend.call("POST", `${stack}/batch-decrypt`, { body: { ciphertexts: [sealed.body.ciphertext] } });
    await backend.call("POST", `${stack}/decrypt/log-decryption`, { body: {} });
    await backend.call("GET", `${stack}/updates`);
    expect(recorded()).toEqual([
      `stack.create done ${operator}`,
      `state.export done ${viewer}`,
      `secret.decrypt done ${operator}`,
      `secret.decrypt done ${operator}`,
      `secret.decrypt-elsewhere done ${operator}`,
      `history.read done ${operator}`,
    ]);
    expect(backend.audited[1]).toMatchObject({ subject: stack, team: TEAM });
    expect(JSON.stringify(backend.audited)).not.toContain(sealed.body.ciphertext);
  });

  test("an update is on record with its start and its end, once each, and not with every entry of its journal", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await update.journal(begun(1, "creating", thing("a")), succeeded(1, thing("a")));
    await update.complete();
    await update.complete();
    expect(recorded().slice(1)).toEqual([`update.start done ${operator}`, `update.end done ${operator}`]);
    expect(backend.audited[2]?.details).toMatchObject({
      update: update.id,
      kind: "update",
      version: 1,
      status: "succeeded",
      applied: { create: 1 },
    });
  });

  test("an import, an edit of the same state, tags, a new name and the removal are on record under names of their own", async () => {
    const stack = await client.makeStack();
    await backend.call("POST", `${stack}/import`, { body: deploymentOf(thing("a"), thing("b")) });
    await backend.call("POST", `${stack}/import`, { body: deploymentOf(thing("a")) });
    await backend.call("PATCH", `${stack}/tags`, { body: { owner: "lobby" } });
    await backend.call("POST", `${stack}/rename`, { body: { newName: "other", newProject: "" } });
    await backend.call("DELETE", `/api/stacks/${TEAM}/game/other?force=true`);
    expect(backend.audited.map(({ action }) => action)).toEqual([
      "stack.create",
      "state.import",
      "state.edit",
      "stack.tag",
      "stack.rename",
      "stack.remove",
    ]);
  });

  test("a cancellation names who cancelled, and whose update it was stands at its end", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await backend.call("POST", `${update.path}/cancel`, { key: keys.admin });
    expect(recorded().slice(2)).toEqual([`update.cancel done admin@all`, `update.end done ${operator}`]);
  });

  test("a lease that is taken over is on record with who took it and who held it", async () => {
    const stack = await client.makeStack();
    await client.start(stack);
    backend.moveClock(31);
    await client.start(stack, { key: keys.admin });
    const takeOver = backend.audited.find(({ action }) => action === "lease.take-over");
    expect(takeOver).toMatchObject({ caller: { name: "admin@all" }, details: { heldBy: operator } });
  });
});

describe("what is refused", () => {
  test("the lack of a permission is on record, with the permission", async () => {
    const stack = await client.makeStack();
    for (const [method, path] of [
      ["POST", "decrypt"],
      ["POST", "import"],
      ["POST", "update"],
    ] as const) {
      expect((await backend.call(method, `${stack}/${path}`, { key: keys.viewer, body: {} })).status).toBe(403);
    }
    const details = backend.audited.slice(1).map((entry) => [entry.action, entry.outcome, entry.details]);
    expect(details).toEqual([
      ["secret.decrypt", "refused", { code: "forbidden", permission: "export-secrets" }],
      ["state.import", "refused", { code: "forbidden", permission: "import-state" }],
      ["update.create", "refused", { code: "forbidden", permission: "change" }],
    ]);
  });

  test("a try at another team's stack is in the log of who tried, not of who owns it", async () => {
    const stack = await client.makeStack();
    expect((await backend.call("GET", `${stack}/export`, { key: keys.stranger })).status).toBe(404);
    expect(backend.audited.at(-1)).toMatchObject({ action: "state.export", outcome: "refused", team: "rival" });
  });

  test("a write under a lease that is lost is on record with whose update it was", async () => {
    const stack = await client.makeStack();
    const update = await client.start(stack);
    await backend.call("POST", `${update.path}/cancel`);
    expect((await update.journal(begun(1, "creating", thing("a")))).status).toBe(403);
    expect(backend.audited.at(-1)).toMatchObject({
      action: "state.write",
      outcome: "refused",
      caller: { name: operator },
      details: { code: "lease-lost" },
    });
  });

  test("requests without a valid key are on record, and a flood of them fills nothing", async () => {
    const stack = await client.makeStack();
    for (let index = 0; index < 70; index += 1) {
      expect((await backend.call("GET", `${stack}/export`, { key: "mk_wrong" })).status).toBe(401);
    }
    const unknown = backend.audited.filter(({ caller }) => caller.id === "unknown");
    expect(unknown).toHaveLength(60);
    expect(unknown[0]).toMatchObject({ action: "state.export", outcome: "refused", team: undefined });
  });
});

test("what cannot be put on record is not told", async () => {
  let open = true;
  const own = await startTestBackend({
    note: async () => {
      if (!open) throw new Error("the log cannot be written");
    },
  });
  const stack = await protocolClient(own).makeStack();
  await own.call("POST", `${stack}/import`, { body: deploymentOf(thing("a", { password: "swordfish" })) });
  expect((await own.call("GET", `${stack}/export`)).status).toBe(200);
  open = false;
  const refused = await own.call("GET", `${stack}/export`);
  expect(refused.status).toBe(500);
  expect(JSON.stringify(refused.body)).not.toContain("swordfish");
  await own.close();
});
