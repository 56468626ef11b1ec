import { sql } from "kysely";
import { expect, test } from "vitest";
import { verifyBooks } from "../../api/budgets/verifyBooks.ts";
import { type Database, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import { testDatabase } from "../support/database.ts";
import { openSeason, type Season } from "./season/runSeason.ts";
import { openSeasonLedger } from "./season/seasonLedger.ts";
import { seasonModel } from "./season/seasonModel.ts";
import { planSeason, shape } from "./season/seasonPlan.ts";

const SEED = Number(process.env["SEASON_SEED"] ?? 20_261_122);
const STEPS = Number(process.env["SEASON_STEPS"] ?? 10_000);
const CHECK_EVERY = 100;
const PROCESSES = 3;
const WORKERS = 8;

test(`a season of ${STEPS} previews, updates, ends, expiries, teardowns and kills leaves the books balanced and the ledger verified (seed ${SEED})`, async () => {
  const database = await testDatabase();
  const databases = Array.from({ length: PROCESSES }, () => openDatabase(database.url, () => undefined));
  const [first, ...others] = databases;
  if (first === undefined) throw new Error("there is a process");
  try {
    await migrate(first);
    const ledger = await openSeasonLedger([first, ...others]);
    const season = await openSeason({ databases, workers: WORKERS, alongside: ledger.record });
    let decided = 0;
    const model = seasonModel();
    const plan = planSeason(SEED, STEPS);
    const counts = { granted: 0, refused: 0, killed: plan.filter(({ kill }) => kill !== undefined).length };
    for (let begin = 0; begin < plan.length; begin += CHECK_EVERY) {
      const where = `steps ${begin} to ${begin + CHECK_EVERY} of seed ${SEED}`;
      for (const { step, asked, granted } of await season.run(plan.slice(begin, begin + CHECK_EVERY))) {
        expect({ step: step.index, asked, granted }, where).toEqual({
          step: step.index,
          asked,
          granted: model.apply(step, asked),
        });
        counts[granted ? "granted" : "refused"] += 1;
        decided += "stack" in step ? 1 : 0;
      }
      expect(await verifyBooks(first.db), where).toEqual([]);
      expect(await balancesOf(first.db, season), where).toEqual(model.balances());
      expect(await sharesOf(first.db, season), where).toEqual(sharesIn(model));
    }
    expect(await overdrawnByReserving(first.db)).toEqual([]);
    const { found, gaps } = await ledger.verify();
    expect(found).toMatchObject({ status: "intact", records: decided, uncovered: 0, late: 0, faults: [] });
    expect(gaps).toEqual([]);
    expect(found.headsCompared).toBeGreaterThan(2);
    // A season in which nothing was granted, refused or killed would prove nothing.
    expect(Math.min(counts.granted, counts.refused, counts.killed)).toBeGreaterThan(STEPS / 100);
  } finally {
    await Promise.all(databases.map((open) => open.close()));
    await database.drop();
  }
}, 600_000);

async function balancesOf(db: Database, { budgetIds }: Season) {
  const rows = await db.selectFrom("budgets").select(["id", "amount", "free", "reserved", "committed"]).execute();
  return budgetIds.map((ofTeam) =>
    ofTeam.map((id) => {
      const { id: _, ...balance } = rows.find((row) => row.id === id) ?? { id };
      return balance;
    }),
  );
}

const eachShare = <T>(share: (team: number, budget: number, stack: number) => T): T[][][] =>
  Array.from({ length: shape.teams }, (_, team) =>
    Array.from({ length: 3 }, (__, budget) =>
      Array.from({ length: shape.stacksOfTeam }, (___, stack) => share(team, budget, stack)),
    ),
  );

const sharesIn = (model: ReturnType<typeof seasonModel>) => eachShare(model.share);

async function sharesOf(db: Database, { budgetIds, stackIds }: Season) {
  const rows = await db.selectFrom("budgetShares").selectAll().execute();
  const byKey = new Map(rows.map((row) => [`${row.budgetId} ${row.stackId}`, row]));
  return eachShare((team, budget, stack) => {
    const found = byKey.get(`${budgetIds[team]?.[budget]} ${stackIds[team]?.[stack]}`);
    return { reserved: found?.reserved ?? 0, committed: found?.committed ?? 0 };
  });
}

/** Every reservation in the whole history of the books that left less than nothing free. */
async function overdrawnByReserving(db: Database): Promise<readonly unknown[]> {
  const { rows } = await sql`
    select * from (
      select t.id, t.kind, e.amount, sum(e.amount) over (partition by t.budget_id order by t.id) as free
      from budget_transactions t join budget_entries e on e.transaction_id = t.id and e.account = 'free') f
    where kind = 'reserve' and amount < 0 and free < 0`.execute(db);
  return rows;
}
