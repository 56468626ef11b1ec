import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureEngine, printProgress } from "../../toolchain/index.ts";
import { ensurePostgres, stopPostgres } from "../../toolchain/postgres/index.ts";

/**
 * Sees to the engine, so that no test waits for its download or build, and starts one real PostgreSQL for the whole run;
 * each test file makes databases of its own in it (see `testDatabase`).
 */
export default async function setup(): Promise<() => Promise<void>> {
  await ensureEngine({ progress: printProgress(process.stderr) });
  const dataDir = await mkdtemp(path.join(tmpdir(), "meridian-test-postgres-"));
  const { url } = await ensurePostgres({ dataDir, fsync: false });
  process.env["TEST_DATABASE_URL"] = url;
  return async () => {
    await stopPostgres(dataDir);
    const placed = await readFile(path.join(dataDir, "postgres.folder"), "utf8").catch(() => undefined);
    if (placed !== undefined) await rm(placed, { recursive: true, force: true });
    await rm(dataDir, { recursive: true, force: true });
  };
}
