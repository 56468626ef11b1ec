import { appendFile } from "node:fs/promises";
import type { Clock } from "../base/clock.ts";
import type { Database } from "../db/database.ts";
import type { ChainHead } from "./auditChain.ts";
import { hashAt, readHead } from "./auditChainStore.ts";

/**
 * Makes the function that writes the chain's head to a file when it has moved. Whoever owns the database and not the file
 * can then not change what came before: the head would be another.
 *
 * @throws Error when the head that was written last is no longer in the chain: the log was rewritten under the service.
 */
export function createHeadsWriter(db: Database, file: string, clock: Clock): () => Promise<void> {
  let written: ChainHead | undefined;
  return async () => {
    const before = written;
    if (before !== undefined && (await hashAt(db, before.position)) !== before.hash) {
      throw new Error(`the audit log was rewritten: record ${before.position} is not the one whose head was written`);
    }
    const head = await readHead(db);
    if (head.position === 0 || head.position === before?.position) return;
    await appendFile(file, `${JSON.stringify({ ...head, at: clock.now().toISOString() })}\n`, {
      mode: 0o600,
      flush: true,
    });
    written = head;
  };
}
