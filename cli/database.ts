import { dataDirOf } from "./dataDir.ts";

/** What backs up and restores, and the master keys that the service's settings name. */
export async function findBackups(env: NodeJS.ProcessEnv) {
  // Loaded only here: other commands must not pay for the database.
  const backups = await import("../api/backups/index.ts");
  const place = await backups.findBackupPlace({ ...env, MERIDIAN_DATA_DIR: dataDirOf(env) });
  return { backups, place };
}

/** The same with the service's database, which is started when it is the embedded one. */
export async function findDatabase(env: NodeJS.ProcessEnv) {
  const { backups, place } = await findBackups(env);
  return { backups, place, databaseUrl: place.databaseUrl ?? (await embedded(place.dataDir)) };
}

async function embedded(dataDir: string): Promise<string> {
  const { ensurePostgres } = await import("../toolchain/postgres/index.ts");
  const { url } = await ensurePostgres({ dataDir });
  return url;
}
