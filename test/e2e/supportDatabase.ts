import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensurePostgres, stopPostgres } from "../../toolchain/postgres/index.ts";

/** A PostgreSQL of a test's own, which can be taken away and given back at the same address. */
export interface OwnPostgres {
  readonly url: string;
  stop(): Promise<void>;
  start(): Promise<void>;
  close(): Promise<void>;
}

export async function ownPostgres(): Promise<OwnPostgres> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "meridian-own-postgres-"));
  const { url } = await ensurePostgres({ dataDir, fsync: false });
  const port = Number(new URL(url).port);
  return {
    url,
    stop: () => stopPostgres(dataDir),
    start: async () => void (await ensurePostgres({ dataDir, fsync: false, port })),
    async close() {
      await stopPostgres(dataDir);
      const placed = await readFile(path.join(dataDir, "postgres.folder"), "utf8").catch(() => undefined);
      if (placed !== undefined) await rm(placed, { recursive: true, force: true });
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
