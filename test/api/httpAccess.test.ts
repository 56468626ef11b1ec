import { afterAll, beforeAll, expect, test } from "vitest";
import { roles } from "../../api/base/caller.ts";
import { decisionRoutes } from "../../api/decisions/decisionRoutes.ts";
import { estimateRoutes } from "../../api/estimates/estimateRoutes.ts";
import { findingRoutes } from "../../api/findings/findingRoutes.ts";
import { absent } from "../../api/http/schemas.ts";
import { masterKeyRoutes } from "../../api/masterKeys/masterKeyRoutes.ts";
import { operationRoutes } from "../../api/operations/operationRoutes.ts";
import { ownPackRoutes } from "../../api/ownPacks/ownPackRoutes.ts";
import { recoveryRoutes } from "../../api/recovery/recoveryRoutes.ts";
import { rolloutRoutes } from "../../api/rollouts/rolloutRoutes.ts";
import { teardownRoutes } from "../../api/teardowns/teardownRoutes.ts";
import { access, guardedRoutes, listedRoutes } from "./accessTable.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

/** Services that have nothing: whoever may ask is told so. The methods of each are asked for by name, hence a proxy. */
const hollow = new Proxy({}, { get: () => () => Promise.reject(absent("thing", "any")) }) as never;

let api: Harness;
let theirs: string;
beforeAll(async () => {
  api = await startApi({
    sandboxControl: () => undefined,
    routes: [
      ...operationRoutes(hollow, hollow),
      ...rolloutRoutes(hollow, hollow),
      ...decisionRoutes(hollow),
      ...findingRoutes(),
      ...teardownRoutes(hollow),
      ...estimateRoutes(hollow),
      ...ownPackRoutes({ packs: hollow, assignments: hollow, onAssigned: () => undefined }),
      ...masterKeyRoutes({ masterKeys: hollow, onChange: () => undefined }),
      ...recoveryRoutes(hollow, () => undefined),
    ],
  });
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

test.each(access)("%s %s is for those who may, and for nobody without a key", async (method, path, may) => {
  expectProblem(await api.send(method, path), "unauthenticated");
  for (const role of roles) {
    const reply = await api.send(method, path, { key: await api.keyFor(role) });
    expect({ role, refused: reply.status === 403 }).toEqual({ role, refused: !may.includes(role) });
  }
});

test("the table has every route there is, and no other", async () => {
  const { body } = await api.send("GET", "/openapi.json");
  expect(listedRoutes(body)).toEqual(guardedRoutes(body));
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
