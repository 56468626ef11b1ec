import { z } from "zod";
import type { Database } from "../db/database.ts";
import { type ChainHead, followChain } from "./auditChain.ts";
import { countLateRecords, readChain } from "./auditChainStore.ts";

/** Records read at a time, so that a log of any length takes little memory. */
const PAGE = 2_000;
/** A log that was rewritten from its beginning has a fault for every head; as many say enough. */
const MOST_FAULTS = 100;

export const auditVerification = z
  .object({
    status: z.enum(["intact", "broken"]),
    records: z.int().describe("How many records the chain has."),
    head: z
      .object({ position: z.int(), hash: z.string() })
      .describe("The end of the chain. Keep it where whoever owns the database cannot reach."),
    headsCompared: z.int().describe("How many heads from elsewhere were compared."),
    late: z.int().describe("Records that have waited for their place in the chain for more than a minute."),
    faults: z.array(
      z.object({
        position: z.int().describe("The first record that is concerned."),
        fault: z.enum(["changed", "removed", "rewritten", "cut-off"]),
        detail: z.string(),
      }),
    ),
  })
  .meta({ id: "AuditVerification" });
export type AuditVerification = z.output<typeof auditVerification>;

/** Computes the whole chain anew, and compares it with heads that were kept outside the database. */
export async function verifyAuditLog(db: Database, heads: readonly ChainHead[]): Promise<AuditVerification> {
  const chain = followChain(heads);
  let [after, records] = [0, 0];
  for (;;) {
    const page = await readChain(db, after, PAGE);
    for (const record of page) chain.take(record);
    records += page.length;
    after = page.at(-1)?.position ?? after;
    if (page.length < PAGE) break;
  }
  const { faults, head } = chain.end();
  return {
    status: faults.length === 0 ? "intact" : "broken",
    records,
    head,
    headsCompared: heads.length,
    late: await countLateRecords(db),
    faults: faults.slice(0, MOST_FAULTS).map((fault) => ({ ...fault })),
  };
}
