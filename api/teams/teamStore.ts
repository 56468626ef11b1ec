import type { Database } from "../db/database.ts";
import { absent } from "../http/schemas.ts";

/** Makes the team when it does not exist. Safe to run any number of times, at the same time too. */
export async function ensureTeam(db: Database, name: string): Promise<void> {
  await db
    .insertInto("teams")
    .values({ name })
    .onConflict((conflict) => conflict.column("name").doNothing())
    .execute();
}

/** @throws Problem `not-found`; only an admin can name a team that does not exist. */
export async function requireTeam(db: Database, name: string): Promise<void> {
  const row = await db.selectFrom("teams").select("name").where("name", "=", name).executeTakeFirst();
  if (row === undefined) throw absent("team", name);
}
