import { type Kysely, sql } from "kysely";

/** States that updates have come to and nobody has judged yet; and indexes that names of any length go into. */
export async function owedJudgementTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table owed_judgements (
     update_id uuid primary key references updates on delete cascade,
     stack_id uuid not null references stacks on delete cascade,
     version integer not null,
     taken_until timestamptz not null)`,
  // A row of an index holds 2.7 kB, a client's URN or account as much as it likes. The database is always UTF-8, so that this never changes.
  `create function meridian.text_digest(text) returns bytea language sql immutable strict parallel safe
     as $$ select sha256(convert_to($1, 'UTF8')) $$`,
  `drop index findings_open`,
  `create unique index findings_open on findings (stack_id, policy, meridian.text_digest(urn)) where status = 'open'`,
  `drop index spend_exports_once`,
  `create unique index spend_exports_once on spend_exports (digest, period, meridian.text_digest(account))
     where replaced_at is null`,
  `drop index spend_exports_period`,
  `create index spend_exports_period on spend_exports (period) where replaced_at is null`,
];
