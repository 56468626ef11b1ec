import { sql } from "kysely";
import { chainedTable } from "../chain/chainedTable.ts";

export const auditChainStore = chainedTable({
  name: "the audit log",
  lock: 7_420_345,
  table: "audit_log",
  // Time keeps its microseconds, which a JavaScript date would cut.
  content: sql`id, to_char(at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
  team, actor, actor_name, action, subject, outcome, request_id, details`,
});
