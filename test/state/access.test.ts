import { afterAll, beforeAll, expect, test } from "vitest";
import type { Scope } from "../../api/base/caller.ts";
import { deploymentOf, protocolClient, thing } from "./support/protocolClient.ts";
import { keys, startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  backend = await startTestBackend();
  client = protocolClient(backend);
});
afterAll(() => backend.close());

/** A key of an operator, narrowed. */
function narrowed(scope: Scope): string {
  const key = `mk_narrowed-${backend.callers.size}`;
  backend.callers.set(key, { id: key, name: key, person: key, role: "operator", team: TEAM, scope });
  return key;
}

const refusal = (permission: string) => ({
  status: 403,
  body: { message: expect.stringContaining(`does not have the permission "${permission}"`) },
});

test("who may import state may edit it, and who may edit it may bring nothing from outside", async () => {
  const [editor, importer] = [narrowed({ permissions: ["edit-state"] }), narrowed({ permissions: ["import-state"] })];
  const stack = await client.makeStack();
  const both = deploymentOf(thing("a", { size: 1 }), thing("b", { size: 2 }));
  const change = (key: string, body: object) => backend.call("POST", `${stack}/import`, { key, body });
  expect(await change(editor, both)).toMatchObject(refusal("import-state"));
  expect((await change(importer, both)).status).toBe(200);
  const renamed = { ...thing("a", { size: 1 }), urn: "urn:pulumi:dev::game::test:index:Thing::c", protect: true };
  expect((await change(editor, deploymentOf(renamed))).status).toBe(200);
  expect(await change(editor, deploymentOf(renamed, renamed))).toMatchObject(refusal("import-state"));
  expect(await change(editor, deploymentOf({ ...renamed, inputs: { size: 3 } }))).toMatchObject(
    refusal("import-state"),
  );
  expect(await change(editor, deploymentOf({ ...renamed, id: "other" }))).toMatchObject(refusal("import-state"));
  expect((await change(importer, deploymentOf())).status).toBe(200);
});

test("an edit that seals the same secret anew is an edit, and one that changes it is not", async () => {
  const editor = narrowed({ permissions: ["edit-state"] });
  const stack = await client.makeStack();
  const sealed = async (text: string) => {
    const plaintext = Buffer.from(JSON.stringify(text)).toString("base64");
    const { body } = await backend.call("POST", `${stack}/encrypt`, { body: { plaintext } });
    return { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: body.ciphertext };
  };
  const state = async (text: string) => deploymentOf(thing("a", { password: await sealed(text) }));
  expect((await backend.call("POST", `${stack}/import`, { body: await state("swordfish") })).status).toBe(200);
  const again = await backend.call("POST", `${stack}/import`, { key: editor, body: await state("swordfish") });
  expect(again.status).toBe(200);
  const other = await backend.call("POST", `${stack}/import`, { key: editor, body: await state("shark") });
  expect(other).toMatchObject(refusal("import-state"));
});

test("another's update is cancelled only with the permission for it, one's own without", async () => {
  const key = narrowed({ permissions: ["change"] });
  const stack = await client.makeStack();
  const others = await client.start(stack);
  expect(await backend.call("POST", `${others.path}/cancel`, { key })).toMatchObject(refusal("cancel-others"));
  await others.complete();
  const own = await client.start(stack, { key });
  expect((await backend.call("POST", `${own.path}/cancel`, { key })).status).toBe(200);
});

test("removing a stack, opening a secret and changing each take their own permission", async () => {
  const stack = await client.makeStack();
  const previewer = narrowed({ permissions: ["preview"] });
  const { body } = await backend.call("POST", `${stack}/encrypt`, { body: { plaintext: "c3dvcmQ=" } });
  const ask = (method: string, path: string, sent: object = {}) =>
    backend.call(method, `${stack}${path}`, { key: previewer, body: sent });
  expect(await ask("DELETE", "")).toMatchObject(refusal("remove-stacks"));
  expect(await ask("POST", "/decrypt", body)).toMatchObject(refusal("export-secrets"));
  expect(await ask("POST", "/batch-decrypt", { ciphertexts: [] })).toMatchObject(refusal("export-secrets"));
  expect(await ask("POST", "/update")).toMatchObject(refusal("change"));
  expect(await ask("PATCH", "/tags")).toMatchObject(refusal("change"));
  expect((await client.begin(stack, { key: previewer, kind: "preview" })).answer.status).toBe(200);
  const reader = narrowed({ permissions: ["read"] });
  expect((await client.begin(stack, { key: reader, kind: "preview" })).answer).toMatchObject(refusal("preview"));
});

test("a key narrowed to stacks finds, makes and names no other", async () => {
  const key = narrowed({ projects: ["game"], stacks: ["ours-*"] });
  const others = await client.makeStack("theirs-1");
  const made = await backend.call("POST", `/api/stacks/${TEAM}/game`, { key, body: { stackName: "ours-1" } });
  expect(made.status).toBe(200);
  const own = `/api/stacks/${TEAM}/game/ours-1`;
  const nothing = await backend.call("GET", `/api/stacks/${TEAM}/game/nothing`, { key });
  expect(nothing.status).toBe(404);
  for (const [method, path] of [
    ["GET", others],
    ["GET", `${others}/export`],
    ["POST", `${others}/decrypt`],
    ["POST", `${others}/update`],
    ["DELETE", others],
  ] as const) {
    const reply = await backend.call(method, path, { key, body: method === "GET" ? undefined : {} });
    expect(reply).toMatchObject({
      status: 404,
      body: { message: nothing.body.message.replace("nothing", "theirs-1") },
    });
  }
  const { body } = await backend.call("GET", "/api/user/stacks", { key });
  expect(body.stacks.map(({ stackName }: { stackName: string }) => stackName)).toEqual(["ours-1"]);
  const scoped = { status: 403, body: { message: expect.stringContaining("narrowed to other stacks") } };
  const beyond = { stackName: "theirs-2" };
  expect(await backend.call("POST", `/api/stacks/${TEAM}/game`, { key, body: beyond })).toMatchObject(scoped);
  expect(await backend.call("POST", `/api/stacks/${TEAM}/shop`, { key, body: { stackName: "ours-2" } })).toMatchObject(
    scoped,
  );
  const rename = { newName: "theirs-3", newProject: "" };
  expect(await backend.call("POST", `${own}/rename`, { key, body: rename })).toMatchObject(scoped);
});

test("who tells of secrets that were opened elsewhere must be known", async () => {
  const stack = await client.makeStack();
  const told = await backend.call("POST", `${stack}/decrypt/log-decryption`, { key: "mk_wrong", body: {} });
  expect(told.status).toBe(401);
  expect((await backend.call("POST", `${stack}/decrypt/log-decryption`, { key: keys.viewer, body: {} })).status).toBe(
    200,
  );
});
