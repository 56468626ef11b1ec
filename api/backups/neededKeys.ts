import { createHmac, timingSafeEqual } from "node:crypto";
import { BackupFault } from "./backupFault.ts";
import type { BackupHeader } from "./backupHeader.ts";

/** The master keys at hand, as the service has them. */
export interface BackupKeys {
  /** The version under which new things are sealed. */
  readonly version: number;
  /** @throws Error when there is no key of that version. */
  masterKey(version: number): Buffer;
}

/** Tells one master key from another, and gives nothing of it away. */
export const fingerprintOf = (masterKey: Buffer): string =>
  createHmac("sha256", masterKey).update("meridian master key fingerprint").digest("hex").slice(0, 32);

/** @throws BackupFault `missing-key` with every version that is not at hand, or is another key than the backup's */
export function requireKeys({ keys: needed }: Pick<BackupHeader, "keys">, keys: BackupKeys): void {
  const faults = needed.flatMap(({ version, fingerprint }) => {
    const key = find(keys, version);
    if (key === undefined) return [`version ${version} is not there`];
    const same = timingSafeEqual(Buffer.from(fingerprintOf(key)), Buffer.from(fingerprint.padEnd(32).slice(0, 32)));
    return same ? [] : [`version ${version} is another key than the one that was in use`];
  });
  if (faults.length === 0) return;
  throw new BackupFault("missing-key", `The backup needs master keys that are not at hand: ${faults.join("; ")}.`);
}

function find(keys: BackupKeys, version: number): Buffer | undefined {
  try {
    return keys.masterKey(version);
  } catch {
    return undefined; // the interface's way to say that there is none; the caller names the version
  }
}
