import { type Kysely, sql } from "kysely";

/** What happens in a game and when, for those who must not get in its way. */
export async function gameEventTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table game_events (
     id text primary key,
     team text not null references teams,
     name text not null,
     starts_at timestamptz not null,
     ends_at timestamptz not null check (ends_at > starts_at),
     stack_sets text[],
     created_by text not null,
     created_at timestamptz not null)`,
  `create index game_events_team on game_events (team, ends_at)`,
];
