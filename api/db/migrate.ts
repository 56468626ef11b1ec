import { type Kysely, sql } from "kysely";
import type { OpenDatabase, Tx } from "./database.ts";
import { coreTables } from "./migrations/0001_core.ts";
import { stateTables } from "./migrations/0002_state.ts";
import { accessTables } from "./migrations/0005_access.ts";
import { allowances } from "./migrations/0006_allowances.ts";
import { custodyTables } from "./migrations/0007_custody.ts";
import { escrowTables } from "./migrations/0007_escrow.ts";
import { quarantineTables } from "./migrations/0009_quarantine.ts";
import { artefactTables } from "./migrations/0010_artefacts.ts";
import { dependencyTables } from "./migrations/0011_dependencies.ts";
import { estimateTables } from "./migrations/0012_estimates.ts";
import { budgetTables } from "./migrations/0013_budgets.ts";
import { exemptionTables } from "./migrations/0014_exemptions.ts";
import { personColumns } from "./migrations/0014_persons.ts";
import { decisionTables } from "./migrations/0015_decisions.ts";
import { ownPackTables } from "./migrations/0016_own_packs.ts";
import { gameEventTables } from "./migrations/0017_game_events.ts";
import { identities } from "./migrations/0018_identities.ts";
import { owedJudgementTables } from "./migrations/0019_owed_judgements.ts";
import { priceNotes } from "./migrations/0020_price_notes.ts";
import { gameEventStarts } from "./migrations/0021_game_event_starts.ts";
import { removedPackTables } from "./migrations/0022_removed_packs.ts";

interface Migration {
  readonly name: string;
  readonly up: (db: Kysely<never>) => Promise<void>;
}

/** In order, and for ever: what has run on somebody's database is never edited, only followed by another. */
const migrations: readonly Migration[] = [
  { name: "0001_core", up: coreTables },
  { name: "0002_state", up: stateTables },
  { name: "0005_access", up: accessTables },
  { name: "0009_quarantine", up: quarantineTables },
  { name: "0007_custody", up: custodyTables },
  { name: "0006_allowances", up: allowances },
  { name: "0007_escrow", up: escrowTables },
  { name: "0010_artefacts", up: artefactTables },
  { name: "0011_dependencies", up: dependencyTables },
  { name: "0014_persons", up: personColumns },
  { name: "0017_game_events", up: gameEventTables },
  { name: "0013_budgets", up: budgetTables },
  { name: "0012_estimates", up: estimateTables },
  { name: "0016_own_packs", up: ownPackTables },
  { name: "0014_exemptions", up: exemptionTables },
  { name: "0015_decisions", up: decisionTables },
  { name: "0018_identities", up: identities },
  { name: "0019_owed_judgements", up: owedJudgementTables },
  { name: "0020_price_notes", up: priceNotes },
  { name: "0021_game_event_starts", up: gameEventStarts },
  { name: "0022_removed_packs", up: removedPackTables },
];

export const migrationNames: readonly string[] = migrations.map(({ name }) => name);

/** Any number that nothing else in the database uses; it lets one process at a time migrate. */
const LOCK = 7_420_318;

/** Brings the schema up to date in one transaction, all of it or nothing; safe when several processes start at once. */
export async function migrate({ db }: OpenDatabase): Promise<void> {
  await db.transaction().execute((tx) => migrateTo(tx, migrationNames));
}

/**
 * Runs those of the named migrations that have not run, in the caller's transaction. `first` runs when no other process
 * can migrate, before anything is made.
 */
export async function migrateTo(tx: Tx, names: readonly string[], first?: () => Promise<void>): Promise<void> {
  await sql`select pg_advisory_xact_lock(${LOCK})`.execute(tx);
  await first?.();
  await sql`create schema if not exists meridian`.execute(tx);
  await sql`create table if not exists migrations (name text primary key, at timestamptz not null default now())`.execute(
    tx,
  );
  const { rows } = await sql<{ name: string }>`select name from migrations`.execute(tx);
  const done = new Set(rows.map((row) => row.name));
  for (const migration of migrations) {
    if (done.has(migration.name) || !names.includes(migration.name)) continue;
    await migration.up(tx as unknown as Kysely<never>); // a migration knows only SQL, not today's tables
    await sql`insert into migrations (name) values (${migration.name})`.execute(tx);
  }
}
