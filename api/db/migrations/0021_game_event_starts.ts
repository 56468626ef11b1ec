import { type Kysely, sql } from "kysely";

/** Game events are read by their beginning, among as many as there ever were. */
export async function gameEventStarts(db: Kysely<never>): Promise<void> {
  await sql`create index game_events_start on game_events (team, starts_at, id)`.execute(db);
  await sql`drop index game_events_team`.execute(db);
}
