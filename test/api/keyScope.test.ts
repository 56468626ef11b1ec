import { afterAll, beforeAll, expect, test } from "vitest";
import { permissionNames, permissions, roles } from "../../api/base/caller.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  admin = await api.keyFor("admin");
  const nothing = { stackSetId: null, target: null, region: null, config: null, activeUpdate: null };
  for (const name of ["prod", "dev"]) {
    const stack = { team: "default", project: "site", name, doors: ["cli"] };
    await api.db
      .insertInto("stacks")
      .values({ ...stack, ...nothing })
      .execute();
  }
});
afterAll(() => api.close());

const create = (body: object) =>
  api.send("POST", "/v1/api-keys", { key: admin, body: { name: "narrow", role: "operator", ...body } });
const keyWith = async (body: object): Promise<string> => {
  const { status, body: made } = await create(body);
  expect(status).toBe(201);
  return made.key;
};

test("a key narrowed to stacks sees and starts nothing of others, by name and in lists", async () => {
  const key = await keyWith({ scope: { stacks: "site/de*" } });
  const list = await api.send("GET", "/v1/stacks", { key });
  expect(list.body.items.map(({ id }: { id: string }) => id)).toEqual(["site/dev"]);
  expect((await api.send("GET", "/v1/stacks/site%2Fdev", { key })).status).toBe(200);
  const other = await api.send("GET", "/v1/stacks/site%2Fprod", { key });
  const nothing = await api.send("GET", "/v1/stacks/site%2Fnone", { key });
  expectProblem(other, "not-found");
  expect(other.body.detail).toBe(nothing.body.detail.replace("none", "prod"));
  const start = { key, body: { kind: "destroy" } };
  expectProblem(await api.send("POST", "/v1/stacks/site%2Fprod/operations", start), "not-found");
});

test("a key narrowed to a project reaches its stacks only", async () => {
  const key = await keyWith({ scope: { projects: ["shop"] } });
  expect((await api.send("GET", "/v1/stacks", { key })).body.items).toEqual([]);
  expectProblem(await api.send("GET", "/v1/stacks/site%2Fdev", { key }), "not-found");
});

test("a key narrowed to stacks is refused what concerns more than a stack, and may read what concerns none", async () => {
  const key = await keyWith({ scope: { stacks: ["dev"] } });
  for (const path of ["/v1/stack-sets", "/v1/audit-log"]) {
    const reply = await api.send("GET", path, { key });
    expectProblem(reply, "forbidden");
    expect(reply.body).toMatchObject({ scope: { stacks: ["dev"] } });
  }
  const body = { name: "more", blueprint: "arena", regions: ["eu-west-1"], inputs: { players: 1 } };
  expectProblem(await api.send("POST", "/v1/stack-sets", { key, body }), "forbidden");
  for (const path of ["/v1/targets", "/v1/blueprints", "/v1/policies"]) {
    expect((await api.send("GET", path, { key })).status).toBe(200);
  }
});

test("a key narrowed to permissions lacks the others of its role, and the refusal names the one that is missing", async () => {
  const key = await keyWith({ scope: { permissions: ["preview", "export-secrets"] } });
  expect((await api.send("GET", "/v1/stack-sets", { key })).status).toBe(200);
  const reply = await api.send("DELETE", "/v1/stack-sets/launch", { key });
  expectProblem(reply, "forbidden");
  expect(reply.body).toMatchObject({ permission: "remove-stacks", role: "operator" });
  expect(reply.body.detail).toContain("narrowed to read, preview, export-secrets");
});

test.each([
  ["a permission that the role does not have", { scope: { permissions: ["administer"] } }, "/scope/permissions"],
  ["a scope that narrows nothing", { scope: {} }, "/scope"],
  ["an empty list", { scope: { stacks: [] } }, "/scope/stacks"],
  ["an unknown permission", { scope: { permissions: ["fly"] } }, "/scope/permissions/0"],
  ["a scope for an admin", { role: "admin", scope: { stacks: ["a"] } }, "/scope"],
  ["a pattern without end", { scope: { projects: ["*".repeat(201)] } }, "/scope/projects/0"],
  ["an end in the past", { expiresAt: "2026-11-21T11:59:59Z" }, "/expiresAt"],
])("a key with %s is not made", async (_what, body, pointer) => {
  const reply = await create(body);
  expect(reply.status).toBe(400);
  expect(expectProblem(reply, "invalid-request")).toContain(pointer);
});

test("a key stops at its end, also where it was just remembered, and is listed no more", async () => {
  const end = new Date(api.clock.now().getTime() + 60_000).toISOString();
  const { body: made } = await create({ expiresAt: end });
  expect(made.expiresAt).toBe(end);
  api.clock.advance(59_000);
  expect((await api.send("GET", "/v1/targets", { key: made.key })).status).toBe(200);
  api.clock.advance(1_000);
  expectProblem(await api.send("GET", "/v1/targets", { key: made.key }), "unauthenticated");
  expectProblem(await api.send("GET", `/v1/api-keys/${made.id}`, { key: admin }), "not-found");
  const { body: list } = await api.send("GET", "/v1/api-keys?pageSize=200", { key: admin });
  expect(list.items.map(({ id }: { id: string }) => id)).not.toContain(made.id);
});

test("what a key was narrowed to is shown with it and is in the audit log", async () => {
  const scope = { projects: ["site"], stacks: ["dev"], permissions: ["preview"] };
  const { body: made } = await create({ scope: { ...scope, stacks: "dev" } });
  expect(made.scope).toEqual(scope);
  expect((await api.send("GET", `/v1/api-keys/${made.id}`, { key: admin })).body.scope).toEqual(scope);
  const { body } = await api.send("GET", "/v1/audit-log", { key: admin });
  expect(body.items[0]).toMatchObject({ action: "api-key.create", details: { scope } });
});

test("the last admin's key that has no end cannot be revoked though one with an end is left", async () => {
  const own = await startApi();
  const key = await own.keyFor("admin");
  const { body: list } = await own.send("GET", "/v1/api-keys", { key });
  const body = { name: "brief", role: "admin", expiresAt: "2026-11-22T00:00:00Z" };
  expect((await own.send("POST", "/v1/api-keys", { key, body })).status).toBe(201);
  expectProblem(await own.send("DELETE", `/v1/api-keys/${list.items[0].id}`, { key }), "invalid-transition");
  await own.close();
});

test("every permission belongs to the admin, and the viewer's are those that change and disclose nothing", () => {
  expect(permissionNames.filter((name) => !(permissions[name] as readonly string[]).includes("admin"))).toEqual([]);
  const ofViewer = permissionNames.filter((name) => (permissions[name] as readonly string[]).includes(roles[0]));
  expect(ofViewer).toEqual(["read", "preview"]);
});
