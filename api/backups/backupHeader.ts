import { z } from "zod";
import { BackupFault } from "./backupFault.ts";

/** What stands in front of a backup, readable without a key and protected by every part that follows. */
const headerSchema = z.object({
  format: z.literal(1),
  /** When the snapshot was taken; RFC 3339, UTC. */
  madeAt: z.iso.datetime(),
  /** The schema that the tables have, by the names of the migrations that made it. */
  migrations: z.array(z.string()).min(1),
  /** The key of the file itself, wrapped under a root key, in base64. */
  sealedUnder: z.object({ root: z.string(), wrapped: z.base64() }),
  /** The master keys that are in the backup, as they are in it: wrapped under the root keys that a restore needs. */
  keys: z.array(z.object({ version: z.int(), root: z.string(), wrapped: z.base64() })).min(1),
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
