import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { systemClock } from "../../api/base/clock.ts";
import { createAssignmentService } from "../../api/ownPacks/assignmentService.ts";
import { packsFor } from "../../api/ownPacks/assignmentStore.ts";
import { ownPackRoutes } from "../../api/ownPacks/ownPackRoutes.ts";
import { createOwnPackService } from "../../api/ownPacks/ownPackService.ts";
import { createPackKeeper, type PackKeeper } from "../../runner/packs/index.ts";
import { crossGuardFolder, goodRules, type PackFolder, regoFolder } from "../support/packArtefact.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

vi.setConfig({ testTimeout: 60_000 });

let dataDir: string;
let keeper: PackKeeper;
let api: Harness;
let key: string;
let admin: string;
const onAssigned = vi.fn<() => void>();

beforeAll(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "meridian-own-packs-"));
  keeper = createPackKeeper({
    dataDir,
    env: process.env,
    startMs: 10_000,
    fetchArchive: async () => Promise.reject(new Error("nothing is fetched here")),
  });
  const packs = createOwnPackService(keeper);
  api = await startApi({
    routes: ownPackRoutes({ packs, assignments: createAssignmentService(systemClock), onAssigned }),
  });
  key = await api.keyFor("operator");
  admin = await api.keyFor("admin");
});
afterAll(async () => {
  await api.close();
  await keeper.close();
  await rm(dataDir, { recursive: true, force: true });
});

const publish = ({ archive }: PackFolder, { as = key, ...more }: Record<string, unknown> & { as?: string } = {}) =>
  api.send("POST", "/v1/policy-packs", { key: as, body: { archive: archive.toString("base64"), ...more } });
const assign = (body: Record<string, unknown>, as = key) => api.send("POST", "/v1/pack-assignments", { key: as, body });
const unassign = (id: string, as = key) => api.send("DELETE", `/v1/pack-assignments/${id}`, { key: as });
const audited = async (action: string) =>
  (await api.send("GET", "/v1/audit-log", { key: admin })).body.items.filter(
    (each: { action: string }) => each.action === action,
  );

test("a published CrossGuard pack is shown with its rules, who published it from where, and again when it is sent again", async () => {
  const pack = crossGuardFolder();
  const from = { kind: "git", url: "https://git.example/rules.git", commit: "c".repeat(40) };
  const reply = await publish(pack, { digest: pack.digest, from });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  expect(reply.headers.get("location")).toBe("/v1/policy-packs/studio-rules/versions/1.0.0");
  expect(reply.body).toEqual({
    name: "studio-rules",
    version: "1.0.0",
    digest: pack.digest,
    kind: "crossguard",
    team: "default",
    description: "Of the studio.",
    policies: [{ name: "no-wrong-things", description: "The studio's rule.", level: "mandatory", on: "resource" }],
    publishedAt: expect.any(String),
    publishedBy: "operator of default",
    publishedFrom: from,
  });
  expect(await publish(pack)).toMatchObject({ status: 200, body: { digest: pack.digest } });
  for (const place of ["studio-rules", "studio-rules/versions/1.0.0"])
    expect((await api.send("GET", `/v1/policy-packs/${place}`, { key })).body).toEqual(reply.body);
  expect(await audited("policy-pack.publish")).toContainEqual(
    expect.objectContaining({ team: "default", details: { digest: pack.digest, from } }),
  );
});

test("a version never changes, and a newer one stands beside it", async () => {
  const [one, other, two] = [
    crossGuardFolder(goodRules, { name: "kept" }),
    crossGuardFolder({ "other-rule": "" }, { name: "kept" }),
    crossGuardFolder({ "other-rule": "" }, { name: "kept", version: "1.1.0" }),
  ];
  await publish(one);
  const refused = await publish(other);
  expectProblem(refused, "already-exists");
  expect(refused.body.detail).toContain(one.digest);
  expect((await publish(two)).status).toBe(201);
  const first = await api.send("GET", "/v1/policy-packs/kept/versions?pageSize=1", { key });
  expect(first.body.items).toMatchObject([{ version: "1.1.0" }]);
  const rest = await api.send("GET", `/v1/policy-packs/kept/versions?pageToken=${first.body.nextPageToken}`, { key });
  expect(rest.body).toMatchObject({ items: [{ version: "1.0.0", digest: one.digest }] });
  const { body } = await api.send("GET", "/v1/policy-packs", { key });
  expect(body.items.filter(({ name }: { name: string }) => name === "kept")).toMatchObject([{ version: "1.1.0" }]);
});

test("a Rego pack is published with its bundle, and its rules are those of the entrypoints", async () => {
  const { status, body } = await publish(regoFolder());
  expect(status, JSON.stringify(body)).toBe(201);
  expect(body).toMatchObject({ name: "studio-rego", kind: "rego", description: "Rules that the studio had before." });
  expect(body.policies).toHaveLength(4);
});

test.each([
  ["no manifest", { "PulumiPolicy.yaml": undefined }, "PulumiPolicy.yaml: it is missing"],
  ["another runtime", { "PulumiPolicy.yaml": "runtime: python\n" }, 'the runtime is "python"'],
  ["no lock", { "package-lock.json": undefined }, "package-lock.json: it is missing"],
  ["a lock that is none", { "package-lock.json": "{}" }, "package-lock.json: it is no lock"],
  [
    "a lock without the SDK",
    { "package-lock.json": '{"lockfileVersion":3,"packages":{}}' },
    "it has no @pulumi/policy",
  ],
  ["an entry that throws", { "index.js": 'throw new Error("not today");' }, "not today"],
  ["an entry that makes no pack", { "index.js": "export {};" }, "cannot be loaded"],
])("a pack with %s is refused with what is wrong", async (_, changed, words) => {
  const reply = await publish(crossGuardFolder(goodRules, { changed }));
  expectProblem(reply, "invalid-request");
  expect(JSON.stringify(reply.body.errors)).toContain(words.replaceAll('"', '\\"'));
});

test.each([
  ["no compiled rules", { "bundle.tar.gz": undefined }, "opa build -t wasm"],
  ["a bundle that is none", { "bundle.tar.gz": Buffer.from("this is no archive") }, "incorrect header"],
  [
    "a version that is none",
    { "PulumiPolicy.yaml": "runtime: opa\nname: studio-rego\nversion: one\n" },
    "is no version",
  ],
  [
    "a version longer than a row of an index",
    { "PulumiPolicy.yaml": `runtime: opa\nname: studio-rego\nversion: 1.0.${"7".repeat(5_000)}\n` },
    "is no version (more than 40 characters)",
  ],
])("a Rego pack with %s is refused with what is wrong", async (_, changed, words) => {
  const reply = await publish(regoFolder({ changed }));
  expectProblem(reply, "invalid-request");
  expect(JSON.stringify(reply.body.errors)).toContain(words);
});

test("names of Meridian's pack and rules are taken, and so are everyone's for a team", async () => {
  expectProblem(await publish(crossGuardFolder(goodRules, { name: "meridian" })), "already-exists");
  const ofOurs = await publish(crossGuardFolder({ "security-no-open-management-port": "" }, { name: "lookalike" }));
  expectProblem(ofOurs, "invalid-request");
  expect(ofOurs.body.detail).toContain("security-no-open-management-port is one of Meridian's");
  const everyones = crossGuardFolder(goodRules, { name: "everyones" });
  expectProblem(await publish(everyones, { everyone: true }), "forbidden");
  expect((await publish(everyones, { everyone: true, as: admin })).body.team).toBeUndefined();
  expectProblem(await publish(crossGuardFolder(goodRules, { name: "everyones", version: "2.0.0" })), "already-exists");
  await publish(crossGuardFolder(goodRules, { name: "mine" }));
  const theirs = crossGuardFolder(goodRules, { name: "mine", version: "3.0.0" });
  expectProblem(await publish(theirs, { everyone: true, as: admin }), "already-exists");
});

test("a team's pack does not exist for another team, which may have one of the same name", async () => {
  await publish(crossGuardFolder(goodRules, { name: "hidden" }));
  const other = await api.keyFor("operator", "rivals");
  for (const place of ["hidden", "hidden/versions", "hidden/versions/1.0.0"])
    expectProblem(await api.send("GET", `/v1/policy-packs/${place}`, { key: other }), "not-found");
  expectProblem(await assign({ pack: "hidden", version: "1.0.0" }, other), "not-found");
  const theirs = await publish(crossGuardFolder({ "their-rule": "" }, { name: "hidden" }), { as: other });
  expect(theirs).toMatchObject({ status: 201, body: { team: "rivals" } });
});

test("viewers publish, assign and remove nothing", async () => {
  const viewer = await api.keyFor("viewer");
  expectProblem(await publish(crossGuardFolder(), { as: viewer }), "forbidden");
  expectProblem(await assign({ pack: "studio-rules", version: "1.0.0" }, viewer), "forbidden");
  expectProblem(await unassign("pa_none", viewer), "forbidden");
});

test("an assignment covers exactly the stacks of its scope, and none when it is gone", async () => {
  await publish(crossGuardFolder(goodRules, { name: "scoped" }));
  const scope = { stackSet: "launch", target: "live", environment: "production" };
  onAssigned.mockClear();
  const { status, body } = await assign({ pack: "scoped", version: "1.0.0", ...scope });
  expect(status, JSON.stringify(body)).toBe(201);
  const place = { team: "default", ...scope, environment: "production" as const };
  const names = async (changed: object) =>
    (await packsFor(api.db, { ...place, ...changed })).map(({ name }) => name).filter((name) => name === "scoped");
  expect(await names({})).toEqual(["scoped"]);
  for (const other of [
    { team: "rivals" },
    { stackSet: "other" },
    { stackSet: undefined },
    { target: "test" },
    { environment: "staging" },
  ])
    expect(await names(other)).toEqual([]);
  expect(onAssigned).toHaveBeenCalledTimes(1);
  expect((await unassign(body.id)).status).toBe(204);
  expect(onAssigned).toHaveBeenCalledTimes(2);
  expect(await names({})).toEqual([]);
  expect(await audited("policy-pack.assign")).toContainEqual(
    expect.objectContaining({ details: { assignment: body } }),
  );
  expect(await audited("policy-pack.unassign")).toContainEqual(
    expect.objectContaining({ details: { assignment: body } }),
  );
});

test("a newer version is enforced only when it is assigned, and of several levels the strictest counts", async () => {
  await publish(crossGuardFolder(goodRules, { name: "leveled" }));
  await publish(crossGuardFolder(goodRules, { name: "leveled", version: "2.0.0" }));
  const place = { team: "default", environment: "production" as const };
  const levels = async () =>
    (await packsFor(api.db, place))
      .filter(({ name }) => name === "leveled")
      .map(({ version, level }) => [version, level]);
  await assign({ pack: "leveled", version: "1.0.0", level: "advisory" });
  expect(await levels()).toEqual([["1.0.0", "advisory"]]);
  await assign({ pack: "leveled", version: "1.0.0" });
  expect(await levels()).toEqual([["1.0.0", undefined]]);
  await assign({ pack: "leveled", version: "1.0.0", level: "mandatory" });
  expect(await levels()).toEqual([["1.0.0", "mandatory"]]);
});

test("for all teams an admin assigns, everyone's packs only; what an admin assigned no team takes away", async () => {
  await publish(crossGuardFolder(goodRules, { name: "wide" }), { as: admin, everyone: true });
  expectProblem(await assign({ pack: "wide", version: "1.0.0", everyone: true }), "forbidden");
  expectProblem(await assign({ pack: "kept", version: "1.0.0", everyone: true }, admin), "not-found");
  const everywhere = await assign({ pack: "wide", version: "1.0.0", everyone: true }, admin);
  const here = await assign({ pack: "wide", version: "1.0.0", team: "default" }, admin);
  expect((await packsFor(api.db, { team: "rivals", environment: "staging" })).map(({ name }) => name)).toEqual([
    "wide",
  ]);
  for (const { body } of [everywhere, here]) {
    expectProblem(await unassign(body.id), "forbidden");
    expect((await unassign(body.id, admin)).status).toBe(204);
  }
  expectProblem(await unassign(everywhere.body.id, admin), "not-found");
});

test("a team sees its own assignments and everyone's, and no other team's", async () => {
  const other = await api.keyFor("operator", "rivals");
  const mine = await assign({ pack: "studio-rules", version: "1.0.0" });
  const path = `/v1/pack-assignments/${mine.body.id}`;
  expect((await api.send("GET", path, { key })).body).toEqual(mine.body);
  expectProblem(await api.send("GET", path, { key: other }), "not-found");
  expectProblem(await unassign(mine.body.id, other), "not-found");
  const listed = async (as: string) =>
    (await api.send("GET", "/v1/pack-assignments", { key: as })).body.items.map(({ id }: { id: string }) => id);
  expect(await listed(key)).toContain(mine.body.id);
  expect(await listed(other)).not.toContain(mine.body.id);
});
