import { sql } from "kysely";
import { chainedTable } from "../chain/chainedTable.ts";

export const decisionChainStore = chainedTable({
  name: "the ledger of decisions",
  lock: 7_420_346,
  table: "decisions",
  // Every column; the rules a row was decided by are held by their digest, which is of their content.
  content: sql`id, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  team, stack_id, stack, update_id, operation, phase, pack, objections, unknowns, steps`,
});
