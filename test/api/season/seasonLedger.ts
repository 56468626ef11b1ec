import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { systemClock } from "../../../api/base/clock.ts";
import { readHeads as givenHeads } from "../../../api/chain/headsParameter.ts";
import { openHeadsPlace } from "../../../api/chain/headsPlace.ts";
import { keepChain } from "../../../api/chain/keepChain.ts";
import type { ChainVerification } from "../../../api/chain/verifyChain.ts";
import type { Database, OpenDatabase, Tx } from "../../../api/db/database.ts";
import { decisionChainStore } from "../../../api/decisions/decisionChainStore.ts";
import { createDecisionLedger } from "../../../api/decisions/decisionLedger.ts";
import { verifyLedger } from "../../../api/decisions/verifyLedger.ts";
import { readHeads } from "../../../cli/heads.ts";
import { batchOf, rules } from "../../decisions/ledgerRows.ts";
import type { SeasonStep } from "./seasonPlan.ts";

/** The ledger beside the books of a season: each control process keeps its chain, all of them write heads to one file. */
export interface SeasonLedger {
  /** What was judged in a step; in its transaction. */
  record(tx: Tx, step: SeasonStep): Promise<void>;
  /** Lets the keepers come to an end. @returns what a verification against all their heads finds, and which heads are gone */
  verify(): Promise<{ readonly found: ChainVerification; readonly gaps: readonly unknown[] }>;
}

export async function openSeasonLedger(databases: readonly [OpenDatabase, ...OpenDatabase[]]): Promise<SeasonLedger> {
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-season-"));
  const file = path.join(folder, "heads.jsonl");
  const { db }: { db: Database } = databases[0];
  const ledger = createDecisionLedger({ db, gate: { rules } });
  const keeping = { store: decisionChainStore, clock: systemClock, logger: pino({ level: "silent" }) };
  const keepers = databases.map((process) =>
    keepChain({ ...keeping, db: process.db, heads: openHeadsPlace(file), everyMs: 50, headEveryMs: 200 }),
  );
  return {
    async record(tx, step) {
      if (!("stack" in step)) return;
      const { stack, ...batch } = batchOf(step.index);
      const phase = step.kind === "preview" ? "preview" : "up";
      await ledger.record(tx, {
        ...batch,
        stack: { ...stack, team: `season-${step.team}` },
        phase,
        update: step.updateId,
      });
    },
    async verify() {
      for (const keeper of keepers) await keeper.stop();
      const { query, gaps } = await readHeads(file);
      await rm(folder, { recursive: true });
      return { found: await verifyLedger(db, givenHeads(query)), gaps };
    },
  };
}
