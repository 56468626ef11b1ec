import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "../../api/db/database.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";

let database: TestDatabase;
let open: OpenDatabase;
beforeAll(async () => {
  database = await testDatabase();
  open = openDatabase(database.url, () => undefined);
});
afterAll(async () => {
  await open.close();
  await database.drop();
});

test("a statement that comes again on a connection is planned once there, and takes its own values each time", async () => {
  await open.db.connection().execute(async (connection) => {
    const doubled = async (value: number) => {
      const { rows } = await sql<{ doubled: number }>`select ${value}::int * 2 as doubled`.execute(connection);
      return rows[0]?.doubled;
    };
    expect([await doubled(1), await doubled(2), await doubled(3)]).toEqual([2, 4, 6]);
    const { rows } = await sql<{ times: number }>`
      select (generic_plans + custom_plans)::int as times from pg_prepared_statements where statement like '%::int * 2%'`.execute(
      connection,
    );
    expect(rows).toEqual([{ times: 3 }]);
  });
});

test("a statement that failed may come again", async () => {
  await open.db.connection().execute(async (connection) => {
    const divided = (by: number) => sql<{ q: number }>`select 6 / ${by}::int as q`.execute(connection);
    await expect(divided(0)).rejects.toThrow("division by zero");
    expect((await divided(2)).rows).toEqual([{ q: 3 }]);
  });
});
