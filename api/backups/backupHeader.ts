import { z } from "zod";
import { BackupFault } from "./backupFault.ts";

/** What stands in front of a backup, readable without a key and protected by every part that follows. */
const headerSchema = z.object({
  format: z.literal(1),
  /** When the snapshot was taken; RFC 3339, UTC. */
  madeAt: z.iso.datetime(),
  /** The schema that the tables have, by the names of the migrations that made it. */
  migrations: z.array(z.string()).min(1),
  /** The version of the master key that seals the file, and the salt of the file's own key, in base64. */
  sealedUnder: z.object({ version: z.int(), salt: z.base64() }),
  /** Every master key that something in the backup is sealed under. The fingerprint tells a wrong key and nothing else. */
  keys: z.array(z.object({ version: z.int(), fingerprint: z.string() })).min(1),
});

export type BackupHeader = z.output<typeof headerSchema>;

/** @throws BackupFault `not-a-backup` */
export function parseHeader(bytes: Buffer): BackupHeader {
  let content: unknown;
  try {
    content = JSON.parse(bytes.toString("utf8"));
  } catch (cause) {
    throw new BackupFault("not-a-backup", "The file's header is not JSON.", cause);
  }
  const parsed = headerSchema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new BackupFault("not-a-backup", `The file's header is not one of a backup: ${z.prettifyError(parsed.error)}.`);
}
