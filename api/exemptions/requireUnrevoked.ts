import { Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";

/**
 * A process goes on taking a key for some seconds after another one revoked it; two people's word is asked of the database. A
 * key that is not there any more was a pipeline's token, and ended long ago.
 *
 * @throws Problem `invalid-transition` for the requester's key, `unauthenticated` for the approver's
 */
export async function requireUnrevoked(
  tx: Tx,
  { requester, approver }: { readonly requester: string; readonly approver: string },
): Promise<void> {
  const rows = await tx
    .selectFrom("apiKeys")
    .select("id")
    .where("id", "in", [requester, approver])
    .where("revokedAt", "is", null)
    .orderBy("id")
    .forShare()
    .execute();
  const stands = (id: string): boolean => rows.some((row) => row.id === id);
  if (!stands(approver)) throw new Problem("unauthenticated", "This key was revoked. Ask an admin for another.");
  if (!stands(requester)) {
    const detail = `The key ${requester}, by which it was asked for, was revoked. Let the person ask again with another.`;
    throw new Problem("invalid-transition", detail, { facts: { key: requester } });
  }
}
