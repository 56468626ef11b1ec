import { type Kysely, sql } from "kysely";

/**
 * Exemptions take the place of allowances. Those in force when this runs are gone: an allowance lasted a day at most, and had
 * neither a policy nor a second person, so that nothing true could be made of it. Who still needs one asks for an exemption.
 */
export async function exemptionTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `drop table allowances`,
  `create table exemptions (
     id text primary key,
     team text not null references teams,
     policy text not null,
     stack_set text,
     project text,
     stack text,
     region text,
     urn text,
     ceiling double precision,
     reason text not null,
     decision text not null check (decision in ('requested', 'approved', 'rejected', 'withdrawn')),
     requested_by text not null,
     requester text not null,
     requester_key text not null,
     created_at timestamptz(3) not null,
     decided_by text,
     decider text,
     decided_at timestamptz(3),
     withdrawn_by text,
     withdrawer text,
     withdrawn_at timestamptz(3),
     starts_at timestamptz(3),
     ends_at timestamptz(3) not null,
     max_uses integer,
     uses integer not null default 0,
     last_used_at timestamptz(3),
     warned integer[] not null default '{}',
     check ((project is null) = (stack is null)),
     check (max_uses is null or uses <= max_uses),
     check (decision <> 'approved' or (decider is not null and decider <> requester and starts_at is not null)))`,
  `create index exemptions_page on exemptions (team, id desc)`,
  `create index exemptions_granted on exemptions (ends_at) where decision = 'approved'`,
  `create table exemption_uses (
     exemption text not null references exemptions,
     work text not null,
     subject text not null,
     at timestamptz(3) not null,
     primary key (exemption, work))`,
];
