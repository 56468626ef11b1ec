import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { expect, test } from "vitest";
import { lockDatabase } from "../../sandbox/store/databaseLock.ts";
import { testDatabase } from "../support/database.ts";

const SESSIONS = "from pg_stat_activity where application_name = 'meridian-sandbox' and datname = current_database()";

test("a sandbox whose connection the server ends takes its lock again, and never competes with itself", async () => {
  const database = await testDatabase();
  const lost: Error[] = [];
  const lock = await lockDatabase(database.url, (error) => lost.push(error));
  const pool = new pg.Pool({ connectionString: database.url });
  const sessions = async (): Promise<number> => (await pool.query(`select count(*)::int as n ${SESSIONS}`)).rows[0].n;
  try {
    await pool.query(`select pg_terminate_backend(pid) ${SESSIONS}`); // the server says so, and then hangs up: two errors
    let most = 0;
    for (let look = 0; look < 20; look += 1) {
      most = Math.max(most, await sessions());
      await delay(50);
    }
    expect(most).toBe(1);
    expect(lost).toEqual([]);
  } finally {
    await lock.release();
    await pool.end();
    await database.drop();
  }
});
