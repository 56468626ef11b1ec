import { type Kysely, sql } from "kysely";

/** What each preview said that a stack costs; apart from the updates, so that reading those reads no estimates. */
export async function estimateTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table update_estimates (
     update_id uuid primary key references updates on delete cascade,
     stack_id uuid not null references stacks on delete cascade,
     stack_version integer not null,
     actor text,
     estimate jsonb not null,
     at timestamptz not null)`,
  `create index update_estimates_stack on update_estimates (stack_id, at)`,
];
