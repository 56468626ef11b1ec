import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { CloudListing, ReadResource } from "../../api/inventory/cloudListing.ts";
import { type Quarantine, watchQuarantine } from "../../api/recovery/quarantine.ts";
import { recoveryRoutes } from "../../api/recovery/recoveryRoutes.ts";
import { createRecoveryService, type RecoveryService } from "../../api/recovery/recoveryService.ts";
import type { EditedState } from "../../api/recovery/settledState.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

/** Stands for a cloud and for the states of stacks: what is in them is set by each test. */
let cloud: ReadResource[] = [];
let states: Record<string, EditedState> = {};
let api: Harness;
let admin: string;
let recovery: RecoveryService;
let quarantine: Quarantine;
let answering = true;
const stopping = new AbortController();

const VPC = "aws:ec2/vpc:Vpc";
const found = (name: string, stack = "prod"): ReadResource => ({
  urn: `urn:pulumi:${stack}::shop::${VPC}::${name}`,
  type: VPC,
  id: `vpc-${name}`,
  account: "000000000000",
  region: "eu-west-1",
  handle: `res_${name}`,
  inputs: { cidrBlock: "10.0.0.0/16" },
  outputs: {},
});
const held = ({ urn, type, id, inputs, outputs }: ReadResource) => ({ urn, type, id, inputs, outputs, custom: true });

const listing: CloudListing = {
  packages: new Set(["aws"]),
  async stacks() {
    if (!answering) throw new Error("the cloud does not answer");
    return [...new Set(cloud.map(({ urn }) => urn.split(":")[2] ?? ""))].map((name) => ({ project: "shop", name }));
  },
  ofStack: async ({ name }) => cloud.filter(({ urn }) => urn.startsWith(`urn:pulumi:${name}::`)),
  read: async (handle) => cloud.find((each) => each.handle === handle),
  hasSeen: async ({ name }) => name !== "elsewhere",
  removalOf: (handle) => `take away ${handle}`,
};

beforeAll(async () => {
  const routes = recoveryRoutes(
    // Made below, over the database that the harness makes.
    new Proxy({} as RecoveryService, { get: (_target, name: keyof RecoveryService) => recovery[name] }),
    listing.removalOf,
  );
  api = await startApi({ routes, app: { requireReleased: () => quarantine.requireReleased() } });
  admin = await api.keyFor("admin");
  const { db, clock } = api;
  recovery = createRecoveryService({
    db,
    clock,
    logger: { info: () => undefined, warn: () => undefined } as never, // what it calls of one
    signal: stopping.signal,
    listing,
    listings: { sandbox: listing, aws: undefined },
    cloudOfTarget: async (name) => (await api.targets.find(db, name))?.cloud,
    teams: async () => (await db.selectFrom("teams").select("name").execute()).map(({ name }) => name),
    stacks: async () => {
      const rows = await db
        .selectFrom("stacks")
        .select(["id", "team", "project", "name", "target", "version"])
        .execute();
      return rows.map((row) => ({ ...row, target: row.target ?? undefined }));
    },
    readState: async (_tx, { id }) => states[id] as never, // as the tests wrote it
    recordState: async (_tx, { stackId, edit }) => {
      states[stackId] = edit(states[stackId] ?? {});
    },
    findStack: async (_tx, id) => ({ id, team: "default", region: undefined }),
    makeStack: async (_tx, { team, name }) => ({ id: await stack(name, team), team, region: undefined }),
    freeStack: async () => undefined,
    failOperation: async () => undefined,
    failRollout: async () => undefined,
  });
});
afterAll(async () => {
  stopping.abort();
  await api.close();
});
beforeEach(async () => {
  await api.db.deleteFrom("quarantines").execute();
  await api.db.deleteFrom("stacks").execute();
  cloud = [];
  states = {};
  answering = true;
});

async function stack(name: string, team = "default", state: EditedState = {}): Promise<string> {
  const none = { stackSetId: null, target: null, region: null, config: null, activeUpdate: null };
  const row = { team, project: "shop", name, doors: ["cli"], ...none };
  const { id } = await api.db.insertInto("stacks").values(row).returning("id").executeTakeFirstOrThrow();
  states[id] = state;
  return id;
}

/** As a restore leaves it, and as the service then finds it at its start. */
async function restored(): Promise<void> {
  const at = new Date("2026-11-20T10:00:00Z");
  const open = { ended: null, listedAt: null, releasedAt: null, releasedBy: null };
  await api.db
    .insertInto("quarantines")
    .values({ id: "qu_1", backupMadeAt: at, restoredAt: at, ...open })
    .execute();
  quarantine = await watchQuarantine(api.db);
  await recovery.begin();
}

const get = (path: string) => api.send("GET", path, { key: admin });
const post = (path: string, body?: object) => api.send("POST", path, { key: admin, ...(body && { body }) });
const divergences = async () =>
  (await get("/v1/divergences")).body.items
    .map(({ kind, cloudId, status }: Record<string, string>) => `${kind} ${cloudId} ${status}`)
    .sort();

test("a service that was never restored has no quarantine and changes what it is asked to", async () => {
  quarantine = await watchQuarantine(api.db);
  expect((await get("/v1/quarantine")).body).toMatchObject({ status: "none" });
  expect((await get("/v1/divergences")).body).toEqual({ items: [] });
  expect((await post("/v1/targets", { name: "never" })).body.code).toBe("invalid-request");
  expectProblem(await post("/v1/quarantine/release", {}), "invalid-transition");
});

test("in quarantine what may change state or start an engine is refused and told what to do; the rest goes on", async () => {
  await restored();
  const operator = await api.keyFor("operator");
  for (const [method, path, body] of [
    ["POST", "/v1/stack-sets", launch],
    ["DELETE", "/v1/stack-sets/launch", undefined],
    ["POST", "/v1/stacks/prod/operations", { kind: "up" }],
    ["POST", "/v1/stacks/prod/operations", { kind: "preview" }],
  ] as const) {
    const reply = await api.send(method, path, { key: operator, ...(body && { body }) });
    expectProblem(reply, "quarantined");
    expect(reply.body.detail).toMatch(/backup of 2026-11-20T10:00:00.000Z .*meridian recovery release/);
  }
  expect((await api.send("GET", "/v1/stack-sets", { key: operator })).status).toBe(200);
  expect((await post("/v1/api-keys", { name: "after the fire", role: "viewer", team: "default" })).status).toBe(201);
  const audit = (await get("/v1/audit-log")).body.items;
  expect(
    audit.some(
      ({ outcome, details }: Record<string, Record<string, string>>) =>
        String(outcome) === "refused" && details?.["code"] === "quarantined",
    ),
  ).toBe(true);
});

test("a restored service lists what differs, settles it on command, and is released when all is settled", async () => {
  const id = await stack("prod", "default", {
    resources: [held(found("gone")), held({ ...found("changed"), inputs: {} })],
  });
  const provider = {
    urn: "urn:pulumi:prod::shop::pulumi:providers:aws::default",
    type: "pulumi:providers:aws",
    id: "p",
    custom: true,
  };
  states[id] = { ...states[id], resources: [provider, ...(states[id]?.resources ?? [])] };
  cloud = [found("changed"), found("new")];
  await restored();
  expect(await divergences()).toEqual(["changed vpc-changed open", "in-cloud vpc-new open", "in-state vpc-gone open"]);
  expectProblem(await post("/v1/quarantine/release", {}), "invalid-transition");
  expect((await post("/v1/divergences/adopt", { stack: "shop/prod" })).body).toEqual({ settled: 2 });
  expect((await post("/v1/divergences/forget", { stack: "shop/prod" })).body).toEqual({ settled: 1 });
  expect(states[id]?.resources?.map((each) => each.id)).toEqual([undefined, "p", "vpc-changed", "vpc-new"]);
  expect((await get("/v1/quarantine")).body).toMatchObject({
    status: "settled",
    open: { changed: 0 },
    total: { changed: 1 },
  });
  expect((await post("/v1/quarantine/release", {})).body).toMatchObject({ status: "released", overridden: false });
  await quarantine.requireReleased();
});

test("what still stands in the cloud is forgotten one by one, says how to take it away, and no state knows it", async () => {
  const id = await stack("prod");
  cloud = [found("new")];
  await restored();
  expect((await post("/v1/divergences/forget", { stack: "shop/prod" })).body).toEqual({ settled: 0 });
  const [divergence] = (await get("/v1/divergences")).body.items;
  const { body } = await post(`/v1/divergences/${divergence.id}/forget`);
  expect(body).toMatchObject({ status: "forgotten", removal: "take away res_new" });
  expect(states[id]).toEqual({});
  expect(cloud).toHaveLength(1);
  expectProblem(await post(`/v1/divergences/${divergence.id}/adopt`), "invalid-transition");
});

test("what has gone is not adopted, and what came to stand again is neither adopted nor forgotten as it was listed", async () => {
  await stack("prod", "default", { resources: [held(found("gone"))] });
  cloud = [found("new")];
  await restored();
  const items = (await get("/v1/divergences")).body.items as { id: string; kind: string }[];
  const idOf = (kind: string) => items.find((each) => each.kind === kind)?.id;
  expectProblem(await post(`/v1/divergences/${idOf("in-state")}/adopt`), "invalid-transition");
  cloud = [found("gone")];
  expect((await post(`/v1/divergences/${idOf("in-state")}/forget`)).body.detail).toContain("stands in the cloud now");
  expect((await post(`/v1/divergences/${idOf("in-cloud")}/adopt`)).body.detail).toContain("not in the cloud any more");
  await post("/v1/quarantine/listing");
  await recovery.begin();
  expect(await divergences()).toEqual([]);
});

test("whose an unknown stack is must be said where there are several teams", async () => {
  await api.keyFor("viewer", "other");
  cloud = [found("a", "unknown")];
  await restored();
  const [divergence] = (await get("/v1/divergences")).body.items;
  expect(divergence.team).toBeUndefined();
  expect((await post(`/v1/divergences/${divergence.id}/adopt`)).body.detail).toContain("?team=");
  const { body } = await post(`/v1/divergences/${divergence.id}/adopt?team=other`);
  expect(body).toMatchObject({ status: "adopted", team: "other" });
});

test("stacks whose cloud cannot be asked are named, and keep the quarantine closed unless it is overridden", async () => {
  await stack("elsewhere", "default", { resources: [held(found("far", "elsewhere"))] });
  await restored();
  expect((await get("/v1/quarantine")).body).toMatchObject({ status: "settled", unasked: ["default/shop/elsewhere"] });
  expect(await divergences()).toEqual([]);
  expect((await post("/v1/quarantine/release", {})).body.detail).toContain("default/shop/elsewhere");
  expect((await post("/v1/quarantine/release", { override: true })).body).toMatchObject({
    status: "released",
    overridden: true,
  });
});

test("nothing is released or settled while a cloud has not answered, and the listing is tried again until it has", async () => {
  cloud = [found("a")];
  answering = false;
  const at = new Date();
  const open = { ended: null, listedAt: null, releasedAt: null, releasedBy: null };
  await api.db
    .insertInto("quarantines")
    .values({ id: "qu_2", backupMadeAt: at, restoredAt: at, ...open })
    .execute();
  quarantine = await watchQuarantine(api.db);
  const begun = recovery.begin();
  expect((await get("/v1/quarantine")).body.status).toBe("listing");
  expectProblem(await post("/v1/divergences/adopt", { stack: "shop/prod" }), "invalid-transition");
  expectProblem(await post("/v1/quarantine/release", {}), "invalid-transition");
  answering = true;
  await begun;
  expect(await divergences()).toEqual(["in-cloud vpc-a open"]);
});

test.each(["viewer", "operator", "approver"] as const)(
  "a key of the role %s neither sees nor settles divergences",
  async (role) => {
    await restored();
    const key = await api.keyFor(role);
    for (const [method, path] of [
      ["GET", "/v1/divergences"],
      ["GET", "/v1/quarantine"],
      ["POST", "/v1/quarantine/release"],
    ] as const)
      expectProblem(await api.send(method, path, { key, ...(method === "POST" && { body: {} }) }), "forbidden");
  },
);

test("a process that lost its database looks again, and finds that another one was restored in its place", async () => {
  quarantine = await watchQuarantine(api.db);
  await quarantine.requireReleased();
  const at = new Date();
  const open = { ended: null, listedAt: null, releasedAt: null, releasedBy: null };
  await api.db
    .insertInto("quarantines")
    .values({ id: "qu_3", backupMadeAt: at, restoredAt: at, ...open })
    .execute();
  await quarantine.lookAgain();
  await expect(quarantine.requireReleased()).rejects.toMatchObject({ code: "quarantined" });
});
