import { access } from "node:fs/promises";
import path from "node:path";
import { readSettings } from "../base/settings.ts";
import { openKeySource } from "../masterKeys/openKeySource.ts";
import { BackupFault } from "./backupFault.ts";
import type { BackupKeys } from "./neededKeys.ts";

export interface BackupPlace {
  /** Undefined for the database that the service starts itself in its data folder. */
  readonly databaseUrl: string | undefined;
  readonly dataDir: string;
  readonly keys: BackupKeys;
}

/**
 * Database and root keys by the service's own settings. A root key is found and never made: a new one would open nothing.
 *
 * @throws BackupFault `no-key`; Error with the faults of the settings
 */
export async function findBackupPlace(env: NodeJS.ProcessEnv): Promise<BackupPlace> {
  const { databaseUrl, dataDir, masterKeys } = readSettings(env);
  const file = path.join(dataDir, "master.key");
  const found =
    masterKeys.source !== "file" ||
    (await access(file).then(
      () => true,
      () => false,
    ));
  if (!found)
    throw new BackupFault("no-key", `There is no master key: MERIDIAN_MASTER_KEY is not set and ${file} is not there.`);
  return { databaseUrl, dataDir, keys: await openKeySource(masterKeys, dataDir) };
}
