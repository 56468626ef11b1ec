import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { auditLogStore } from "../../api/auditLog/auditLogStore.ts";
import type { Role } from "../../api/base/caller.ts";
import { createLogger } from "../../api/base/logger.ts";
import { openDatabase } from "../../api/db/database.ts";
import { migrate, migrateTo, migrationNames } from "../../api/db/migrate.ts";
import { listenToDatabase } from "../../api/db/notifications.ts";
import { EXEMPTIONS_CHANGED } from "../../api/exemptions/exemptionStore.ts";
import { warnOfEnds } from "../../api/exemptions/keepExemptions.ts";
import { createLiveExemptions, type LiveExemptions } from "../../api/exemptions/liveExemptions.ts";
import { createUseExemptions } from "../../api/exemptions/useExemptions.ts";
import { testDatabase } from "../support/database.ts";
import { expectProblem, type Harness, type Reply, startApi } from "./apiHarness.ts";
import { exemptionLimits, launch } from "./fixtures.ts";

let api: Harness;
let admin: string;
let live: LiveExemptions;
const keys: Record<string, { readonly id: string; readonly key: string }> = {};
const keyOf = (name: string): string => keys[name]?.key ?? "";

beforeAll(async () => {
  api = await startApi({ app: { rateLimits: { perKey: 30_000, refusedPerAddress: 1_000 } } });
  admin = await api.keyFor("admin");
  live = createLiveExemptions({
    db: api.db,
    clock: api.clock,
    limits: exemptionLimits,
    logger: createLogger({ level: "silent" }),
  });
  await api.db
    .insertInto("stacks")
    .values({ team: "default", project: "shop", name: "prod", doors: ["cli"], stackSetId: null, target: null })
    .execute();
  await makeKey("ada", "operator", { person: "ada@studio.example" });
  await makeKey("grace", "approver", { person: "grace@studio.example" });
  await makeKey("root", "admin", { person: "root@studio.example" });
  const made = await api.send("POST", "/v1/stack-sets", { key: keyOf("ada"), body: launch });
  expect(made.status).toBe(202);
});
afterAll(() => api.close());

async function makeKey(name: string, role: Role, more: object = {}): Promise<void> {
  const { body } = await api.send("POST", "/v1/api-keys", { key: admin, body: { name, role, ...more } });
  keys[name] = { id: body.id, key: body.key };
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const later = (ms: number): string => new Date(api.clock.now().getTime() + ms).toISOString();
const request = () => ({
  policy: "security-no-open-door",
  scope: { stack: "shop/prod" } as object,
  reason: "The door is open for the fair until Monday.",
  endsAt: later(HOUR),
});
const ask = (more: object = {}, key = keyOf("ada")): Promise<Reply> =>
  api.send("POST", "/v1/exemptions", { key, body: { ...request(), ...more } });
const act = (id: string, action: string, key = keyOf("grace")): Promise<Reply> =>
  api.send("POST", `/v1/exemptions/${id}/${action}`, { key });
const show = async (id: string) => (await api.send("GET", `/v1/exemptions/${id}`, { key: keyOf("ada") })).body;
const list = async (query: string): Promise<readonly string[]> => {
  const reply = await api.send("GET", `/v1/exemptions?pageSize=200&${query}`, { key: keyOf("ada") });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body.items.map(({ id }: { id: string }) => id);
};
async function granted(more: object = {}): Promise<string> {
  const { body } = await ask(more);
  const approved = await act(body.id, "approve", keyOf("root"));
  expect(approved.status, JSON.stringify(approved.body)).toBe(200);
  return body.id;
}
const context = { environment: "production", phase: "up", team: "default", project: "shop", stack: "prod" } as const;
const liveIds = async () => (await live.exemptionsOf(context)).map(({ id }) => id);
const use = createUseExemptions({
  clock: { now: () => api.clock.now() },
  audit: auditLogStore,
  forget: () => live.forget(),
});
const useBy = (id: string, work: string) =>
  api.db.transaction().execute((tx) =>
    use(tx, {
      exemptions: [id],
      work,
      subject: "/api/stacks/default/shop/prod",
      team: "default",
      caller: { id: "key_1", name: "ada" },
    }),
  );

describe("who asks and who approves", () => {
  test("an exemption is asked for by one person, approved by another, in force at once, and all of it on record", async () => {
    const asked = await ask();
    expect(asked.status, JSON.stringify(asked.body)).toBe(201);
    const { id } = asked.body;
    expect(asked.headers.get("location")).toBe(`/v1/exemptions/${id}`);
    expect(asked.body).toMatchObject({
      ...request(),
      status: "requested",
      requestedBy: "ada",
      requester: "ada@studio.example",
      uses: 0,
      warnings: [],
    });
    expect(await liveIds()).not.toContain(id);
    const approved = await act(id, "approve");
    expect(approved.body).toMatchObject({
      status: "active",
      startsAt: api.clock.now().toISOString(),
      decided: { by: "grace", person: "grace@studio.example" },
    });
    expect(await liveIds()).toContain(id);
    const { body: log } = await api.send("GET", "/v1/audit-log", { key: admin });
    expect(log.items.slice(0, 2)).toMatchObject([
      {
        action: "exemption.approve",
        actorName: "grace",
        details: { requester: "ada@studio.example", person: "grace@studio.example" },
      },
      {
        action: "exemption.request",
        actorName: "ada",
        details: { policy: "security-no-open-door", person: "ada@studio.example" },
      },
    ]);
    expectProblem(await act(id, "approve"), "invalid-transition");
    expectProblem(await act(id, "reject"), "invalid-transition");
  });

  test.each<[string, string, Role, object]>([
    ["with the same key", "ada", "admin", { person: "ada@studio.example" }],
    ["with another key of the same person", "ada, too", "approver", { person: "Ada@Studio.Example" }],
  ])("nobody approves their own, %s; nor an admin", async (_what, name, role, person) => {
    await makeKey(`${name} ${role}`, role, person);
    const key = keyOf(`${name} ${role}`);
    const { body } = await ask({}, role === "admin" ? key : keyOf("ada"));
    const reply = await act(body.id, "approve", key);
    expectProblem(reply, "second-person-required");
    expect(reply.body.detail).toContain("ada@studio.example");
    expect(await show(body.id)).toMatchObject({ status: "requested" });
  });

  test("two keys that were given to nobody by name are two persons, and one of them is one", async () => {
    await makeKey("nameless", "admin");
    const { body } = await ask({}, keyOf("nameless"));
    expectProblem(await act(body.id, "approve", keyOf("nameless")), "second-person-required");
    expect((await act(body.id, "approve")).status).toBe(200);
  });

  test("a decision by a key that was revoked meanwhile does not count, nor one on what such a key asked for", async () => {
    await makeKey("leaver", "operator", { person: "leaver@studio.example" });
    const { body } = await ask({}, keyOf("leaver"));
    await api.send("DELETE", `/v1/api-keys/${keys["leaver"]?.id}`, { key: admin });
    const reply = await act(body.id, "approve");
    expectProblem(reply, "invalid-transition");
    expect(reply.body.detail).toContain("was revoked");

    await makeKey("left", "approver", { person: "left@studio.example" });
    const { body: second } = await ask();
    await api.send("GET", "/v1/exemptions", { key: keyOf("left") });
    // As another process does it, which this one has not heard of yet.
    await api.db
      .updateTable("apiKeys")
      .set({ revokedAt: new Date() })
      .where("id", "=", keys["left"]?.id ?? "")
      .execute();
    expectProblem(await act(second.id, "approve", keyOf("left")), "unauthenticated");
    expect(await show(second.id)).toMatchObject({ status: "requested" });
  });

  test("one for a whole team takes an admin", async () => {
    const { body } = await ask({ scope: { region: "eu-west-1" } });
    const reply = await act(body.id, "approve");
    expectProblem(reply, "forbidden");
    expect(reply.body.detail).toContain("all of default");
    expect((await act(body.id, "approve", keyOf("root"))).status).toBe(200);
  });

  test("two approvers at once approve once", async () => {
    const { body } = await ask();
    const replies = await Promise.all([act(body.id, "approve"), act(body.id, "approve", keyOf("root"))]);
    expect(replies.map(({ status }) => status).toSorted()).toEqual([200, 409]);
  });

  test("it is withdrawn at once by who asked for it or may approve, and by nobody else", async () => {
    await makeKey("eve", "operator", { person: "eve@studio.example" });
    const id = await granted();
    expectProblem(await act(id, "withdraw", keyOf("eve")), "forbidden");
    expect(await liveIds()).toContain(id);
    expect((await act(id, "withdraw", keyOf("ada"))).body).toMatchObject({
      status: "withdrawn",
      withdrawn: { person: "ada@studio.example" },
    });
    expect(await liveIds()).not.toContain(id);
    await expect(useBy(id, "op_1")).rejects.toMatchObject({ code: "exemption-ended" });
    expectProblem(await act(id, "withdraw", keyOf("ada")), "invalid-transition");
    const other = await ask();
    expect((await act(other.body.id, "withdraw")).body).toMatchObject({ status: "withdrawn" });
  });

  test("what was rejected stays so, and lets nothing through", async () => {
    const { body } = await ask();
    expect((await act(body.id, "reject")).body).toMatchObject({ status: "rejected", decided: { by: "grace" } });
    expectProblem(await act(body.id, "approve"), "invalid-transition");
    expect(await liveIds()).not.toContain(body.id);
  });

  test("another team's is not there", async () => {
    const id = await granted();
    const theirs = await api.keyFor("approver", "rivals");
    for (const action of ["approve", "reject", "withdraw"]) expectProblem(await act(id, action, theirs), "not-found");
    expectProblem(await api.send("GET", `/v1/exemptions/${id}`, { key: theirs }), "not-found");
    expect((await api.send("GET", "/v1/exemptions", { key: theirs })).body.items).toEqual([]);
    expectProblem(await ask({}, await api.keyFor("operator", "rivals")), "not-found");
  });
});

describe("what is asked for", () => {
  test.each<[string, object, string, RegExp]>([
    ["a policy with a slip of the pen", { policy: "security-no-open-dor" }, "/policy", /Is it security-no-open-door\?/],
    ["a policy that is nothing like any", { policy: "xxxx" }, "/policy", /GET \/v1\/policies/],
    ["the gate's own judgement", { policy: "gate-wrong-placement" }, "/policy", /of which nobody is exempted/],
    ["a ceiling without a figure", { ceiling: 4 }, "/ceiling", /holds no figure/],
    ["an end that is over", { endsAt: "2020-01-01T00:00:00Z" }, "/endsAt", /is over/],
    ["an end too far away", { endsAt: "2999-01-01T00:00:00Z" }, "/endsAt", /more than 90 days/],
    ["a beginning after the end", { startsAt: "2999-01-01T00:00:00Z" }, "/startsAt", /not before its end/],
    ["no reason to speak of", { reason: "because" }, "/reason", /in a sentence/],
    ["no scope", { scope: {} }, "/scope", /narrows nothing/],
    ["no uses", { maxUses: 0 }, "/maxUses", /./],
    ["a negative ceiling", { policy: "cost-limit-fleets", ceiling: -1 }, "/ceiling", /./],
    ["something unknown", { forever: true }, "/forever", /./],
  ])("%s is refused with a pointer to it", async (_what, more, pointer, detail) => {
    const reply = await ask(more);
    expect(expectProblem(reply, "invalid-request")).toEqual([pointer]);
    expect(reply.body.errors[0].detail).toMatch(detail);
  });

  test.each([
    ["stack", { scope: { stack: "shop/prd" } }],
    ["stack set", { scope: { stackSet: "lunch" } }],
  ])("a %s that is not there is refused", async (what, more) => {
    const reply = await ask(more);
    expectProblem(reply, "not-found");
    expect(reply.body.detail).toContain(what);
  });

  test("the last allowed end is taken, and a ceiling where there is a figure", async () => {
    expect((await ask({ endsAt: later(90 * DAY) })).status).toBe(201);
    const { body } = await ask({
      policy: "cost-limit-fleets",
      ceiling: 600,
      scope: { stackSet: "launch", region: "eu-west-1" },
    });
    expect(body).toMatchObject({ ceiling: 600, scope: { stackSet: "launch", region: "eu-west-1" } });
  });

  test("an exemption from a rule on deletions is for one use, unless more are asked for", async () => {
    const policy = "reliability-protect-data-stores";
    expect((await ask({ policy })).body.maxUses).toBe(1);
    expect((await ask({ policy, maxUses: 5 })).body.maxUses).toBe(5);
    expect((await ask()).body).not.toHaveProperty("maxUses");
  });
});

describe("its life", () => {
  beforeEach(async () => {
    await api.db.deleteFrom("exemptionUses").execute();
    await api.db.deleteFrom("exemptions").execute();
  });

  test("begins at its beginning and ends at its end, to the millisecond, for judgements, uses and readers alike", async () => {
    const id = await granted({ startsAt: later(HOUR), endsAt: later(2 * HOUR) });
    expect(await show(id)).toMatchObject({ status: "approved" });
    api.clock.advance(HOUR);
    expect(await show(id)).toMatchObject({ status: "active" });
    api.clock.advance(HOUR - 1);
    expect(await show(id)).toMatchObject({ status: "active" });
    await useBy(id, "op_1");
    api.clock.advance(1);
    expect(await show(id)).toMatchObject({ status: "expired" });
    expect(await liveIds()).toEqual([]);
    await expect(useBy(id, "op_1")).rejects.toMatchObject({ code: "exemption-ended" });
  });

  test("a request that nobody decided in time is expired, and cannot be approved any more", async () => {
    const { body } = await ask();
    api.clock.advance(HOUR);
    expect(await show(body.id)).toMatchObject({ status: "expired" });
    expectProblem(await act(body.id, "approve"), "invalid-transition");
  });

  test("ends with its last use, but for the work that uses it", async () => {
    const id = await granted({ maxUses: 2 });
    await useBy(id, "op_1");
    await useBy(id, "op_1");
    expect(await show(id)).toMatchObject({ status: "active", uses: 1, lastUsedAt: api.clock.now().toISOString() });
    await useBy(id, "op_2");
    expect(await show(id)).toMatchObject({ status: "exhausted", uses: 2 });
    await expect(useBy(id, "op_3")).rejects.toMatchObject({ code: "exemption-ended" });
    expect(await liveIds()).toEqual([]);
    expect(await live.exemptionsOf({ ...context, work: "op_2" })).toMatchObject([{ id }]);
    expect(await live.bundledFor(context)).toEqual([]);
  });

  test("is told to bundles from an hour before it begins, for its place alone", async () => {
    const id = await granted({ startsAt: later(2 * HOUR), endsAt: later(3 * HOUR) });
    const bundled = async (more = {}) => (await live.bundledFor({ ...context, ...more })).map((one) => one.id);
    expect(await bundled()).toEqual([]);
    api.clock.advance(HOUR);
    expect(await bundled()).toEqual([id]);
    expect(await bundled({ stack: "other" })).toEqual([]);
    expect(await bundled({ team: "rivals" })).toEqual([]);
  });

  test("is warned of a week and a day before its end: when it is shown, once in the log and once on record", async () => {
    const id = await granted({ endsAt: later(10 * DAY) });
    const lines: unknown[] = [];
    const logger = { ...createLogger({ level: "silent" }), warn: (line: unknown) => lines.push(line) };
    const look = () =>
      warnOfEnds({
        db: api.db,
        clock: api.clock,
        audit: auditLogStore,
        limits: exemptionLimits,
        logger: logger as never,
      }); // only `warn` is called
    const warned = async () => {
      const { body } = await api.send("GET", "/v1/audit-log?pageSize=200", { key: admin });
      return body.items.filter(
        (item: { action: string; subject: string }) => item.action === "exemption.warn" && item.subject.endsWith(id),
      ).length;
    };
    await look();
    expect([await warned(), (await show(id)).warnings]).toEqual([0, []]);
    api.clock.advance(3 * DAY);
    await Promise.all([look(), look()]);
    await look();
    expect([await warned(), lines.length]).toEqual([1, 1]);
    expect((await show(id)).warnings).toEqual([expect.stringContaining("expires in 7 days")]);
    api.clock.advance(6 * DAY);
    await look();
    await look();
    expect([await warned(), lines.length]).toEqual([2, 2]);
    expect((await show(id)).warnings).toEqual([expect.stringContaining("expires in 24 hours")]);
  });

  test("can be found by what it is, that it is not used, and that it ends soon", async () => {
    const [soon, long, used] = [
      await granted(),
      await granted({ endsAt: later(60 * DAY) }),
      await granted({ maxUses: 1 }),
    ];
    const asked = (await ask({ scope: { stackSet: "launch" } })).body.id;
    await useBy(used, "op_1");
    expect(await list("status=active")).toEqual([long, soon]);
    expect(await list("status=exhausted")).toEqual([used]);
    expect(await list("status=requested")).toEqual([asked]);
    expect(await list("stackSet=launch")).toEqual([asked]);
    expect(await list("stack=shop/prod")).toEqual([used, long, soon]);
    expect(await list("policy=cost-limit-fleets")).toEqual([]);
    expect(await list("unused=true")).toEqual([long, soon]);
    expect(await list("expiringInDays=7")).toEqual([soon]);
    expect(await list("unusedForDays=30")).toEqual([]);
    api.clock.advance(30 * DAY);
    expect(await list("unusedForDays=30")).toEqual([long]);
    await useBy(long, "op_2");
    expect(await list("unusedForDays=30")).toEqual([]);
    expect(await list("status=expired")).toEqual([asked, used, soon]);
  });
});

describe("what a process remembers", () => {
  const silent = createLogger({ level: "silent" });
  const another = () => createLiveExemptions({ db: api.db, clock: api.clock, limits: exemptionLimits, logger: silent });
  const idsOf = async (memory: LiveExemptions) => (await memory.exemptionsOf(context)).map(({ id }) => id);

  test("changes with the news of what was approved, used up and withdrawn in another", async () => {
    const notifications = await listenToDatabase(api.databaseUrl, [EXEMPTIONS_CHANGED], silent);
    try {
      const memory = another();
      memory.listenTo(notifications);
      await idsOf(memory);
      const [first, second] = [await granted(), await granted({ maxUses: 1 })];
      await vi.waitFor(async () => expect(await idsOf(memory)).toEqual(expect.arrayContaining([first, second])));
      await act(first, "withdraw");
      await useBy(second, "op_1");
      await vi.waitFor(async () => expect(await idsOf(memory)).not.toEqual(expect.arrayContaining([second])));
      await vi.waitFor(async () => expect(await idsOf(memory)).not.toEqual(expect.arrayContaining([first])));
    } finally {
      await notifications.close();
    }
  });

  test("is read once while it hears of changes, and each time while it does not", async () => {
    let listening = true;
    const memory = another();
    memory.listenTo({ subscribe: () => () => undefined, isListening: () => listening });
    await idsOf(memory);
    const id = await granted();
    expect(await idsOf(memory)).not.toContain(id);
    listening = false;
    expect(await idsOf(memory)).toContain(id);
    await act(id, "withdraw");
    expect(await idsOf(memory)).not.toContain(id);
  });

  test("is nothing while the database cannot be read, and that is told", async () => {
    const lines: unknown[] = [];
    const broken = openDatabase("postgres://nobody@127.0.0.1:1/none", () => undefined);
    const logger = { error: (line: unknown) => lines.push(line) };
    const memory = createLiveExemptions({
      db: broken.db,
      clock: api.clock,
      limits: exemptionLimits,
      logger: logger as never,
    }); // only `error` is called
    await expect(memory.exemptionsOf(context)).rejects.toThrow();
    expect(lines).toHaveLength(1);
    await broken.close();
  });
});

test("allowances that were in force when exemptions came are gone", async () => {
  const database = await testDatabase();
  const open = openDatabase(database.url, () => undefined);
  const before = migrationNames.slice(0, migrationNames.indexOf("0014_exemptions"));
  await open.db.transaction().execute((tx) => migrateTo(tx, before));
  await sql`insert into teams (name) values ('lobby')`.execute(open.db);
  await sql`insert into stacks (team, project, name, doors) values ('lobby', 'shop', 'prod', '{cli}')`.execute(open.db);
  await sql`insert into allowances (id, team, stack_id, reason, given_by, expires_at)
    select 'al_1', 'lobby', id, 'moved', 'grace', now() + interval '1 hour' from stacks`.execute(open.db);
  await migrate(open);
  const { rows } = await sql<{ there: boolean }>`select to_regclass('allowances') is not null as there`.execute(
    open.db,
  );
  expect(rows).toEqual([{ there: false }]);
  expect(await open.db.selectFrom("exemptions").selectAll().execute()).toEqual([]);
  await open.close();
  await database.drop();
});
