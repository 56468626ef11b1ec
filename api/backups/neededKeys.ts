import type { KeySource } from "../masterKeys/keySource.ts";
import { purposeOf } from "../masterKeys/masterKey.ts";
import { BackupFault } from "./backupFault.ts";
import type { BackupHeader } from "./backupHeader.ts";

/** The root keys, which open the master keys that are in a backup, and the backup itself. */
export type BackupKeys = Pick<KeySource, "wrap" | "unwrap">;

/** What the key of a backup file is wrapped for. */
export const FILE_KEY = "meridian backup";

/** @throws BackupFault `missing-key` with every version whose root key is not at hand */
export async function requireKeys({ keys: needed }: Pick<BackupHeader, "keys">, keys: BackupKeys): Promise<void> {
  const faults: string[] = [];
  for (const { version, root, wrapped } of needed) {
    const opened = await opens(keys, { root, wrapped: Buffer.from(wrapped, "base64") }, purposeOf(version));
    if (!opened) faults.push(`version ${version} needs the root key ${root}`);
  }
  if (faults.length === 0) return;
  throw new BackupFault("missing-key", `The backup needs root keys that are not at hand: ${faults.join("; ")}.`);
}

async function opens(
  keys: BackupKeys,
  wrapped: Parameters<BackupKeys["unwrap"]>[0],
  purpose: string,
): Promise<boolean> {
  try {
    await keys.unwrap(wrapped, purpose);
    return true;
  } catch {
    return false; // the source has another message for each way; the caller names the version and the root key
  }
}
