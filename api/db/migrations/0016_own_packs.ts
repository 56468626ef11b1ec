import { type Kysely, sql } from "kysely";

/** Packs of policies that teams published, their archives, and where each is enforced. */
export async function ownPackTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table own_packs (
     id uuid primary key default gen_random_uuid(),
     team text references teams,
     name text not null,
     version text not null,
     digest text not null,
     kind text not null check (kind in ('crossguard', 'rego')),
     description text not null,
     policies jsonb not null,
     origin jsonb not null,
     published_by text not null,
     published_at timestamptz not null default now(),
     unique nulls not distinct (team, name, version))`,
  `create index own_packs_name on own_packs (name)`,
  `create table own_pack_archives (
     digest text primary key,
     archive bytea not null)`,
  `create table pack_assignments (
     id text primary key,
     pack_id uuid not null references own_packs,
     team text references teams,
     stack_set text,
     target text,
     environment text check (environment in ('development', 'staging', 'production')),
     level text check (level in ('advisory', 'mandatory')),
     imposed boolean not null,
     assigned_by text not null,
     assigned_at timestamptz not null default now())`,
  `create index pack_assignments_team on pack_assignments (team)`,
];
