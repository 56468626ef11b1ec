import { afterAll, beforeAll, expect, test } from "vitest";
import { type Role, roles } from "../../api/base/caller.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

let api: Harness;
let theirs: string;
beforeAll(async () => {
  api = await startApi({ sandboxControl: () => undefined });
  theirs = await api.keyFor("operator", "other-game");
  const sent = { key: theirs, body: { ...launch, name: "secret-plan" } };
  expect((await api.send("POST", "/v1/stack-sets", sent)).status).toBe(202);
  const foreign = { team: "other-game", project: "secret-site", name: "prod", doors: ["cli"] };
  const nothing = { stackSetId: null, target: null, region: null, config: null, activeUpdate: null };
  await api.db
    .insertInto("stacks")
    .values({ ...foreign, ...nothing })
    .execute();
});
afterAll(() => api.close());

const everyone: readonly Role[] = roles;
const changers: readonly Role[] = ["operator", "admin"];
const admins: readonly Role[] = ["admin"];
const approvers: readonly Role[] = ["approver", "admin"];

/** Written from API.md's table of roles, not from the routes' own declarations. */
const access: readonly (readonly [method: string, path: string, may: readonly Role[]])[] = [
  ["GET", "/v1/blueprints", everyone],
  ["POST", "/v1/blueprints", changers],
  ["GET", "/v1/blueprints/arena", everyone],
  ["GET", "/v1/blueprints/arena/versions", everyone],
  ["GET", "/v1/blueprints/arena/versions/sha256:arena", everyone],
  ["DELETE", "/v1/blueprints/arena/versions/sha256:absent", changers],
  ["GET", "/v1/policies", everyone],
  ["GET", "/v1/policies/security-no-open-door", everyone],
  ["GET", "/v1/targets", everyone],
  ["GET", "/v1/targets/sandbox", everyone],
  ["POST", "/v1/targets", admins],
  ["PATCH", "/v1/targets/sandbox", admins],
  ["DELETE", "/v1/targets/sandbox", admins],
  ["GET", "/v1/api-keys", admins],
  ["POST", "/v1/api-keys", admins],
  ["GET", "/v1/api-keys/key_x", admins],
  ["DELETE", "/v1/api-keys/key_x", admins],
  ["GET", "/v1/identity-providers", admins],
  ["POST", "/v1/identity-providers", admins],
  ["GET", "/v1/identity-providers/x", admins],
  ["DELETE", "/v1/identity-providers/x", admins],
  ["GET", "/v1/identities", admins],
  ["POST", "/v1/identities", admins],
  ["GET", "/v1/identities/github:x", admins],
  ["DELETE", "/v1/identities/github:x", admins],
  ["GET", "/v1/stack-sets", everyone],
  ["GET", "/v1/stack-sets/launch", everyone],
  ["POST", "/v1/stack-sets", changers],
  ["PATCH", "/v1/stack-sets/launch", changers],
  ["DELETE", "/v1/stack-sets/launch", changers],
  ["GET", "/v1/stacks", everyone],
  ["GET", "/v1/stacks/launch.sandbox.eu-west-1", everyone],
  ["POST", "/v1/stacks/launch.sandbox.eu-west-1/operations", changers],
  ["GET", "/v1/game-events", everyone],
  ["POST", "/v1/game-events", changers],
  ["GET", "/v1/game-events/ge_x", everyone],
  ["DELETE", "/v1/game-events/ge_x", approvers],
  ["GET", "/v1/exemptions", everyone],
  ["GET", "/v1/exemptions/ex_x", everyone],
  ["POST", "/v1/exemptions", changers],
  ["POST", "/v1/exemptions/ex_x/approve", approvers],
  ["POST", "/v1/exemptions/ex_x/reject", approvers],
  ["POST", "/v1/exemptions/ex_x/withdraw", everyone],
  ["GET", "/v1/spend", everyone],
  ["POST", "/v1/spend", admins],
  ["GET", "/v1/budgets", everyone],
  ["GET", "/v1/budgets/verification", admins],
  ["GET", "/v1/budgets/bu_x", everyone],
  ["GET", "/v1/budgets/bu_x/transactions", everyone],
  ["POST", "/v1/budgets", admins],
  ["PATCH", "/v1/budgets/bu_x", admins],
  ["DELETE", "/v1/budgets/bu_x", admins],
  ["POST", "/v1/gate", everyone],
  ["GET", "/v1/gate/bundle", everyone],
  ["GET", "/v1/audit-log", everyone],
  ["GET", "/v1/audit-log/verification", admins],
  ["GET", "/v1/sandbox/resources", admins],
  ["GET", "/v1/sandbox/resources/x", admins],
  ["PATCH", "/v1/sandbox/resources/x", admins],
  ["DELETE", "/v1/sandbox/resources/x", admins],
  ["GET", "/v1/sandbox/faults", admins],
  ["POST", "/v1/sandbox/faults", admins],
  ["DELETE", "/v1/sandbox/faults", admins],
  ["DELETE", "/v1/sandbox/faults/x", admins],
  ["GET", "/v1/sandbox/latency", admins],
  ["PUT", "/v1/sandbox/latency", admins],
  ["GET", "/v1/sandbox/ledger", admins],
  ["GET", "/v1/sandbox/quotas", admins],
  ["PUT", "/v1/sandbox/quotas", admins],
];

test.each(access)("%s %s is for those who may, and for nobody without a key", async (method, path, may) => {
  expectProblem(await api.send(method, path), "unauthenticated");
  for (const role of roles) {
    const reply = await api.send(method, path, { key: await api.keyFor(role) });
    expect({ role, refused: reply.status === 403 }).toEqual({ role, refused: !may.includes(role) });
  }
});

test("the table has every route there is", async () => {
  const { body } = await api.send("GET", "/openapi.json");
  const routes = Object.entries(body.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, { security?: [] }>)
      .filter(([, operation]) => operation.security === undefined)
      .map(([method]) => `${method.toUpperCase()} ${path.replace(/\{\w+\}/g, "*")}`),
  );
  const listed = access.map(([method, path]) => {
    const known = path.replace(
      /(?<=(targets|blueprints|versions|policies|exemptions|game-events|api-keys|identity-providers|identities|stack-sets|stacks|resources|faults)\/|budgets\/(?=bu_))[^/]+/g,
      "*",
    );
    return `${method} ${known}`;
  });
  expect(listed.sort()).toEqual(routes.sort());
});

test("what another team owns does not exist: not in lists, not by name, not to change", async () => {
  const key = await api.keyFor("operator");
  const list = await api.send("GET", "/v1/stack-sets", { key });
  expect(list.body.items).toEqual([]);
  expect((await api.send("GET", "/v1/stacks", { key })).body.items).toEqual([]);
  const headers = { "if-match": '"1"' };
  const stack = "/v1/stacks/secret-plan.sandbox.eu-west-1";
  const replies = [
    await api.send("GET", "/v1/stack-sets/secret-plan", { key }),
    await api.send("PATCH", "/v1/stack-sets/secret-plan", { key, headers, body: { regions: ["us-east-1"] } }),
    await api.send("DELETE", "/v1/stack-sets/secret-plan", { key }),
    await api.send("GET", stack, { key }),
    await api.send("POST", `${stack}/operations`, { key, body: { kind: "up" } }),
    await api.send("GET", "/v1/stacks/secret-site%2Fprod", { key }),
  ];
  const nothing = await api.send("GET", "/v1/stack-sets/nothing-here", { key });
  for (const reply of replies) expectProblem(reply, "not-found");
  expect(replies[0]?.body.detail).toBe(nothing.body.detail.replace("nothing-here", "secret-plan"));
  const audit = await api.send("GET", "/v1/audit-log?pageSize=200", { key });
  expect(JSON.stringify(audit.body)).not.toContain("secret-plan");
});

test("a team's name is free in every other team", async () => {
  const key = await api.keyFor("operator", "third-game");
  const reply = await api.send("POST", "/v1/stack-sets", { key, body: { ...launch, name: "secret-plan" } });
  expect(reply.status).toBe(202);
});

test("naming another team is 404 for all but admins, whether it exists or not", async () => {
  const key = await api.keyFor("operator");
  for (const team of ["other-game", "no-such-team"]) {
    for (const path of ["stack-sets", "stack-sets/secret-plan", "stacks", "audit-log"]) {
      expectProblem(await api.send("GET", `/v1/${path}?team=${team}`, { key }), "not-found");
    }
    expectProblem(await api.send("POST", "/v1/stack-sets", { key, body: { ...launch, team } }), "not-found");
  }
  expect((await api.send("GET", "/v1/stack-sets?team=default", { key })).status).toBe(200);
});

test("an admin reaches every team by naming it, and the default one without", async () => {
  const key = await api.keyFor("admin");
  expectProblem(await api.send("GET", "/v1/stack-sets/secret-plan", { key }), "not-found");
  const stacks = await api.send("GET", "/v1/stacks?team=other-game", { key });
  expect(stacks.body.items.map(({ id }: { id: string }) => id)).toContain("secret-site/prod");
  const found = await api.send("GET", "/v1/stack-sets/secret-plan?team=other-game", { key });
  expect(found.body).toMatchObject({ name: "secret-plan", team: "other-game" });
  expectProblem(await api.send("GET", "/v1/stack-sets?team=no-such-team", { key }), "not-found");
  const made = await api.send("POST", "/v1/stack-sets", {
    key,
    body: { ...launch, name: "for-them", team: "other-game" },
  });
  expect(made.body).toMatchObject({ stackSet: "for-them", team: "other-game" });
  expectProblem(
    await api.send("POST", "/v1/stack-sets", { key, body: { ...launch, team: "no-such-team" } }),
    "not-found",
  );
});

test("a key says nothing of itself in what others can read", async () => {
  const { body } = await api.send("GET", "/v1/audit-log?pageSize=200", { key: await api.keyFor("admin") });
  expect(JSON.stringify(body)).not.toContain(theirs);
  expect(body.items.some((item: { actorName: string }) => item.actorName === "operator of other-game")).toBe(true);
});
