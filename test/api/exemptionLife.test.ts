import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { auditLogStore } from "../../api/auditLog/auditLogStore.ts";
import { createLogger } from "../../api/base/logger.ts";
import { openDatabase } from "../../api/db/database.ts";
import { migrate, migrateTo, migrationNames } from "../../api/db/migrate.ts";
import { listenToDatabase } from "../../api/db/notifications.ts";
import { EXEMPTIONS_CHANGED } from "../../api/exemptions/exemptionStore.ts";
import { warnOfEnds } from "../../api/exemptions/keepExemptions.ts";
import { createLiveExemptions, type LiveExemptions } from "../../api/exemptions/liveExemptions.ts";
import { testDatabase } from "../support/database.ts";
import { expectProblem } from "./apiHarness.ts";
import { context, DAY, type ExemptionWorld, HOUR, startExemptionWorld } from "./exemptionWorld.ts";
import { exemptionLimits } from "./fixtures.ts";

let { api, admin, live, later, ask, act, show, list, granted, liveIds, useBy }: ExemptionWorld = {} as ExemptionWorld; // given before the first test
beforeAll(async () => {
  ({ api, admin, live, later, ask, act, show, list, granted, liveIds, useBy } = await startExemptionWorld());
});
afterAll(() => api.close());

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
