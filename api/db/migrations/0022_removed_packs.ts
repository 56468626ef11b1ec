import { type Kysely, sql } from "kysely";

/** Versions of packs that were taken away: what a version said stays what it said. */
export async function removedPackTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table removed_packs (
     team text references teams,
     name text not null,
     version text not null,
     digest text not null,
     unique nulls not distinct (team, name, version))`,
];
