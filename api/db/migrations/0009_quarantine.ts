import { type Kysely, sql } from "kysely";

/** What a restored service must settle before it writes: one quarantine for each restore, and what it found. */
export async function quarantineTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table quarantines (
     id text primary key,
     backup_made_at timestamptz not null,
     restored_at timestamptz not null,
     ended jsonb,
     listed_at timestamptz,
     unasked jsonb not null default '[]',
     released_at timestamptz,
     released_by text,
     overridden boolean not null default false)`,
  `create unique index quarantines_open on quarantines ((true)) where released_at is null`,
  `create table divergences (
     id text primary key,
     quarantine text not null references quarantines on delete cascade,
     kind text not null check (kind in ('in-cloud', 'in-state', 'changed', 'never-made')),
     team text references teams,
     project text not null,
     stack text not null,
     stack_id uuid references stacks on delete set null,
     target text references targets,
     urn text not null,
     type text not null,
     cloud_id text not null,
     account text,
     region text,
     handle text,
     changed text[] not null default '{}',
     status text not null default 'open' check (status in ('open', 'adopted', 'forgotten')),
     settled_by text,
     settled_at timestamptz)`,
  `create index divergences_page on divergences (quarantine, id)`,
  `create index divergences_stack on divergences (quarantine, project, stack)`,
];
