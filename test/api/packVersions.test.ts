import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock } from "../../api/base/clock.ts";
import { createAssignmentService } from "../../api/ownPacks/assignmentService.ts";
import { ownPackRoutes } from "../../api/ownPacks/ownPackRoutes.ts";
import { createOwnPackService } from "../../api/ownPacks/ownPackService.ts";
import { findPackArchive } from "../../api/ownPacks/ownPackStore.ts";
import { listOwnPolicies } from "../../api/ownPacks/ownPolicies.ts";
import type { PackDescription } from "../../runner/packs/index.ts";
import { crossGuardFolder, type PackFolder } from "../support/packArtefact.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { testPolicy } from "./fixtures.ts";

let api: Harness;
let key: string;
let admin: string;

/** What loading each pack would say; that packs are loaded is shown in `ownPacks.test.ts`. */
const loaded = new Map<string, PackDescription>();

beforeAll(async () => {
  const packs = createOwnPackService({
    inspect: async ({ digest }) => {
      const description = loaded.get(digest);
      if (description === undefined) throw new Error(`nobody has made the pack ${digest}`);
      return description;
    },
  });
  const assignments = createAssignmentService(systemClock);
  api = await startApi({
    routes: ownPackRoutes({ packs, assignments, onAssigned: () => undefined }),
    policies: async (db, team) => [testPolicy, ...(await listOwnPolicies(db, team))],
  });
  key = await api.keyFor("operator");
  admin = await api.keyFor("admin");
});
afterAll(() => api.close());

function packOf({
  name,
  version = "1.0.0",
  rules = ["no-wrong-things"],
}: {
  readonly name: string;
  readonly version?: string;
  readonly rules?: readonly string[];
}): PackFolder {
  const folder = crossGuardFolder(Object.fromEntries(rules.map((rule) => [rule, ""])), { name, version });
  const policies = rules.map((rule) => ({
    name: rule,
    description: "The studio's rule.",
    level: "mandatory" as const,
    on: "resource" as const,
  }));
  loaded.set(folder.digest, { name, version, description: "", policies });
  return folder;
}

const publish = ({ archive }: PackFolder, { as = key, ...more }: Record<string, unknown> & { as?: string } = {}) =>
  api.send("POST", "/v1/policy-packs", { key: as, body: { archive: archive.toString("base64"), ...more } });
const assign = (body: Record<string, unknown>) => api.send("POST", "/v1/pack-assignments", { key, body });
const unassign = (id: string) => api.send("DELETE", `/v1/pack-assignments/${id}`, { key });
const audited = async (action: string) =>
  (await api.send("GET", "/v1/audit-log", { key: admin })).body.items.filter(
    (each: { action: string }) => each.action === action,
  );

test("a version that nothing holds is removed, and its number is taken by no other contents", async () => {
  const pack = packOf({ name: "passing" });
  await publish(pack);
  await publish(packOf({ name: "passing", version: "2.0.0" }));
  const assigned = await assign({ pack: "passing", version: "1.0.0" });
  const remove = (version: string, as = key) =>
    api.send("DELETE", `/v1/policy-packs/passing/versions/${version}`, { key: as });
  const held = await remove("1.0.0");
  expectProblem(held, "invalid-transition");
  expect(held.body.detail).toContain(assigned.body.id);
  await unassign(assigned.body.id);
  expect((await remove("1.0.0")).status).toBe(204);
  expectProblem(await remove("1.0.0"), "not-found");
  expectProblem(await api.send("GET", "/v1/policy-packs/passing/versions/1.0.0", { key }), "not-found");
  expect((await api.send("GET", "/v1/policy-packs/passing", { key })).body.version).toBe("2.0.0");
  expect(await findPackArchive(api.db, pack.digest)).toBeUndefined();
  expect(await audited("policy-pack.remove")).toContainEqual(
    expect.objectContaining({
      team: "default",
      subject: "/v1/policy-packs/passing/versions/1.0.0",
      details: { digest: pack.digest },
    }),
  );
  const other = await publish(packOf({ name: "passing", rules: ["other-rule"] }));
  expectProblem(other, "already-exists");
  expect(other.body.detail).toContain(pack.digest);
  expect((await publish(pack)).status).toBe(201);
});

test("a version is removed by those who may, and only for those who see it; an archive stays for as long as anybody has it", async () => {
  const pack = packOf({ name: "shared" });
  const rivals = await api.keyFor("operator", "rivals");
  await publish(pack);
  await publish(pack, { as: rivals });
  await publish(packOf({ name: "common" }), { as: admin, everyone: true });
  const path = "/v1/policy-packs/shared/versions/1.0.0";
  expectProblem(await api.send("DELETE", path, { key: await api.keyFor("viewer") }), "forbidden");
  expectProblem(await api.send("DELETE", "/v1/policy-packs/common/versions/1.0.0", { key }), "forbidden");
  expect((await api.send("DELETE", path, { key: rivals })).status).toBe(204);
  expect(await findPackArchive(api.db, pack.digest)).toBeDefined();
  expect((await api.send("GET", path, { key })).status).toBe(200);
});

test("a version that has judged an operation is kept until that has ended", async () => {
  await publish(packOf({ name: "judging" }));
  const verdicts = [{ policy: "no-wrong-things", pack: "judging", packVersion: "1.0.0", level: "advisory" }];
  const steps = JSON.stringify([{ urn: "urn:a", type: "t", step: "create", verdicts }]);
  await sql`
    insert into operations (id, kind, team, stack, target, cloud, region, blueprint, blueprint_digest, inputs, status, requested_by, person)
    select 'op_judged', 'up', 'default', 'live', 'sandbox', 'sandbox', 'eu-west-1', name, digest, '{}', 'running', 'somebody', 'somebody'
      from blueprint_artefacts limit 1`.execute(api.db);
  await sql`
    insert into decisions (team, stack_id, stack, operation, phase, pack, objections, unknowns, steps)
    values ('default', gen_random_uuid(), 'shop/live', 'op_judged', 'up', 'sha256:0', true, '{}', ${steps}::jsonb)`.execute(
    api.db,
  );
  const remove = () => api.send("DELETE", "/v1/policy-packs/judging/versions/1.0.0", { key });
  const held = await remove();
  expectProblem(held, "invalid-transition");
  expect(held.body.detail).toContain("op_judged");
  await sql`update operations set finished_at = now(), status = 'succeeded' where id = 'op_judged'`.execute(api.db);
  expect((await remove()).status).toBe(204);
});

test("the catalogue of policies has the rules of own packs with the level in force and where that is, for those who see the pack", async () => {
  const rules = ["shelves-stand-right", "shelves-are-few"];
  for (const version of ["1.0.0", "2.0.0", "3.0.0"]) await publish(packOf({ name: "shelves", version, rules }));
  const trial = await assign({ pack: "shelves", version: "1.0.0", level: "advisory", environment: "staging" });
  const found = async (as: string, query = "") =>
    (await api.send("GET", `/v1/policies?pageSize=200${query}`, { key: as })).body.items.filter(
      ({ name }: { name: string }) => name === "shelves-stand-right",
    );
  expect(await found(key)).toEqual([
    {
      name: "shelves-stand-right",
      pack: "shelves",
      packVersion: "1.0.0",
      description: "The studio's rule.",
      level: "advisory",
      severity: "medium",
      reason: "",
      controls: [],
      remediation: [],
      settings: [],
      assignments: [{ id: trial.body.id, team: "default", environment: "staging", level: "advisory" }],
    },
    expect.objectContaining({ packVersion: "3.0.0", level: "mandatory", assignments: [] }),
  ]);
  const everywhere = await assign({ pack: "shelves", version: "1.0.0" });
  expect((await found(key))[0]).toMatchObject({ level: "mandatory", assignments: [{}, { level: "mandatory" }] });
  expect(await found(admin, "&team=default")).toHaveLength(2);
  const other = await api.keyFor("viewer", "rivals");
  expect(await found(other)).toEqual([]);
  expectProblem(await api.send("GET", "/v1/policies/shelves-stand-right", { key: other }), "not-found");
  const shown = async (query = "") =>
    (await api.send("GET", `/v1/policies/shelves-stand-right${query}`, { key })).body.packVersion;
  expect(await shown()).toBe("1.0.0");
  expect(await shown("?pack=shelves&packVersion=3.0.0")).toBe("3.0.0");
  for (const { body } of [trial, everywhere]) await unassign(body.id);
  expect(await shown()).toBe("3.0.0");
});

test("Meridian's own rules stand in the catalogue as they did, and its pages name each rule once", async () => {
  const shown = await api.send("GET", `/v1/policies/${testPolicy.name}`, { key });
  expect(shown.body).toEqual(testPolicy);
  const names: string[] = [];
  let token = "";
  do {
    const { body } = await api.send("GET", `/v1/policies?pageSize=3${token}`, { key });
    names.push(
      ...body.items.map((each: Record<string, string>) => `${each["name"]} ${each["pack"]} ${each["packVersion"]}`),
    );
    token = body.nextPageToken === undefined ? "" : `&pageToken=${body.nextPageToken}`;
  } while (token !== "");
  const whole = (await api.send("GET", "/v1/policies?pageSize=200", { key })).body.items;
  expect(names).toHaveLength(whole.length);
  expect(new Set(names).size).toBe(names.length);
});
