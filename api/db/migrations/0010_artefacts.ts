import { type Kysely, sql } from "kysely";

/**
 * Archives of artefacts, who published them for whom, and the artefact that one stack of a stack set was moved to. What is referred to
 * cannot go: the references restrict.
 */
export async function artefactTables(db: Kysely<never>): Promise<void> {
  const statements = [
    `create table artefact_archives (
       digest text primary key references blueprint_artefacts on delete cascade,
       archive bytea not null)`,
    `create table blueprint_publications (
       id uuid primary key default gen_random_uuid(),
       team text references teams,
       name text not null,
       digest text not null references blueprint_artefacts,
       origin jsonb not null,
       published_by text not null,
       published_at timestamptz not null default now(),
       unique nulls not distinct (team, name, digest))`,
    `create index blueprint_publications_name on blueprint_publications (name, team)`,
    `alter table stacks add column blueprint_digest text references blueprint_artefacts`,
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
