import { type OpenDatabase, openDatabase } from "../../../api/db/database.ts";
import { migrate } from "../../../api/db/migrate.ts";
import { type CuttableLine, cuttableLine } from "../../support/cuttableLine.ts";
import { testDatabase } from "../../support/database.ts";
import { TEAM } from "./testBackend.ts";

/** A database of the state backend's behind a line that can be cut. */
export interface CuttableDatabase extends Omit<CuttableLine, "url"> {
  readonly database: OpenDatabase;
}

export async function cuttableDatabase(options: { readonly silenceMs?: number } = {}): Promise<CuttableDatabase> {
  const real = await testDatabase();
  const line = await cuttableLine(real.url);
  const database = openDatabase(line.url, () => undefined, options);
  await migrate(database);
  await database.db.insertInto("teams").values({ name: TEAM }).execute();
  return {
    ...line,
    database,
    async close() {
      await database.close();
      await line.close();
      await real.drop();
    },
  };
}
