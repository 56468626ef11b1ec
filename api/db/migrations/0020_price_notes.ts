import { type Kysely, sql } from "kysely";

/** What of a stack's cost is guessed or missing, beside what it costs: of what stands, and of what money is reserved for. */
export async function priceNotes(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `alter table stack_costs add column region_assumed jsonb not null default '[]'`,
  `alter table budget_holds
     add column unpriced jsonb not null default '[]',
     add column region_assumed jsonb not null default '[]'`,
];
