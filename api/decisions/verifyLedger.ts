import { type ChainVerification, type GivenHead, verifyChain } from "../chain/verifyChain.ts";
import type { Database } from "../db/database.ts";
import { type DecidedBy, digestOf } from "./decidedBy.ts";
import { decisionChainStore } from "./decisionChainStore.ts";

/** Computes the ledger's chain anew, with the rules that its rows were decided by, and compares it with heads kept elsewhere. */
export async function verifyLedger(db: Database, heads: readonly GivenHead[]): Promise<ChainVerification> {
  const packs = await db.selectFrom("decisionPacks").select(["digest", "content"]).execute();
  const whole = new Set(
    packs.filter(({ digest, content }) => digestOf(content as DecidedBy) === digest).map((of) => of.digest),
  ); // only its digest is taken
  return verifyChain(db, decisionChainStore, {
    heads,
    examine: ({ position, pack }) =>
      whole.has(String(pack))
        ? undefined
        : `The rules that record ${position} was decided by, ${String(pack)}, are gone or are others.`,
  });
}
