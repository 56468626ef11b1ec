import { type Kysely, sql } from "kysely";

/** Pulumi's state: stacks, their updates under a lease, the journal, what is rebuilt from it, and what was said of it. */
export async function stateTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table stacks (
     id uuid primary key default gen_random_uuid(),
     team text not null references teams,
     project text not null,
     name text not null,
     stack_set_id uuid references stack_sets,
     target text references targets,
     region text,
     doors text[] not null,
     tags jsonb not null default '{}',
     config jsonb,
     version int not null default 0,
     active_update uuid,
     outputs jsonb not null default '{}',
     resource_count int not null default 0,
     suspects jsonb not null default '[]',
     created_at timestamptz not null default now(),
     updated_at timestamptz not null default now(),
     unique (team, project, name))`,
  `create table updates (
     id uuid primary key,
     stack_id uuid not null references stacks on delete cascade,
     kind text not null check (kind in ('update', 'preview', 'refresh', 'destroy', 'import')),
     dry_run boolean not null,
     status text not null check (status in ('created', 'running', 'succeeded', 'failed', 'cancelled')),
     version int,
     operation text references operations,
     door text not null check (door in ('service', 'cli')),
     requested_by text not null,
     journaled boolean,
     lease_hash bytea,
     lease_expires_at timestamptz,
     request jsonb not null,
     changes jsonb,
     applied jsonb,
     created_at timestamptz not null default now(),
     started_at timestamptz,
     finished_at timestamptz)`,
  `create index updates_stack on updates (stack_id, version desc)`,
  `create index updates_operation on updates (operation)`,
  `alter table stacks add foreign key (active_update) references updates deferrable initially deferred`,
  `create table journal_entries (
     update_id uuid not null references updates on delete cascade,
     sequence bigint not null,
     kind smallint not null,
     refused boolean not null default false,
     sealed bytea not null,
     primary key (update_id, sequence))`,
  `create table checkpoints (
     stack_id uuid not null references stacks on delete cascade,
     version int not null,
     sealed bytea not null,
     created_at timestamptz not null default now(),
     primary key (stack_id, version))`,
  `create table engine_events (
     update_id uuid not null references updates on delete cascade,
     sequence int not null,
     sealed bytea not null,
     primary key (update_id, sequence))`,
  `create table verdicts (
     id bigint generated always as identity primary key,
     update_id uuid references updates on delete set null,
     operation text references operations,
     verdict jsonb not null,
     at timestamptz not null default now())`,
  `create index verdicts_operation on verdicts (operation)`,
  `create index verdicts_update on verdicts (update_id)`,
  `create table operation_tokens (
     hash bytea primary key,
     operation text not null references operations,
     stack_id uuid not null references stacks on delete cascade,
     expires_at timestamptz not null)`,
];
