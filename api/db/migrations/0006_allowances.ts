import { type Kysely, sql } from "kysely";

/** Time-boxed permissions to let a stack's state lose what a rule protects; and which targets hand out the policy pack. */
export async function allowances(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table allowances (
     id text primary key,
     team text not null references teams,
     stack_id uuid not null references stacks on delete cascade,
     reason text not null,
     given_by text not null,
     created_at timestamptz not null default now(),
     expires_at timestamptz not null)`,
  `create index allowances_stack on allowances (stack_id, expires_at)`,
  `create index allowances_page on allowances (team, id desc)`,
  `alter table targets add column required_policies text not null default 'served'
     check (required_policies in ('served', 'off'))`,
];
