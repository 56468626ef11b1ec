import type { Database } from "../db/database.ts";
import type { Decision } from "./decision.ts";
import { keyOf } from "./decisionRow.ts";
import { hasEnded, readRows, type StoredRow } from "./decisionStore.ts";
import { expandDecisions, type Settlements, settle } from "./expandDecisions.ts";

/** More rows than the steps of one update commonly make. */
const MOST_ROWS = 5_000;

const isUnknown = ({ phase, outcome }: Decision): boolean => phase === "preview" && outcome === "unknown";

/** Every rule's word in a row; what a preview did not know, with how the steps after it have settled it. */
export async function settledDecisions(db: Database, row: StoredRow): Promise<readonly Decision[]> {
  const decisions = expanded(row);
  if (!decisions.some(isUnknown)) return decisions;
  const next = await nextPreview(db, row);
  const settlements = await settlementsOf(db, row, next);
  const ended = next !== undefined || (await hasEnded(db, row));
  return decisions.map((found) => settle(found, keyOf(found.policy, found.urn), { settlements, ended }));
}

/** The steps of a preview are those of the same operation, or of the stack's updates that belong to none. */
const among = ({ stackId, operation }: StoredRow) =>
  operation === undefined ? { stackId, ofNone: true } : { stackId, operation };

async function nextPreview(db: Database, row: StoredRow): Promise<number | undefined> {
  const filter = { ...among(row), phase: "preview" as const, after: row.row };
  const [next] = await readRows(db, filter, { direction: "asc", limit: 1 });
  return next?.row;
}

async function settlementsOf(db: Database, row: StoredRow, before: number | undefined): Promise<Settlements> {
  const filter = { ...among(row), phase: "up" as const, after: row.row, before };
  const rows = await readRows(db, filter, { direction: "asc", limit: MOST_ROWS });
  const settled = rows.flatMap(expanded).filter(({ outcome }) => !silent.includes(outcome));
  return new Map(
    settled.map(({ policy, urn, step, outcome, row: by }) => {
      const everywhere = step === "whole" && outcome === "pass";
      return [everywhere ? policy : keyOf(policy, urn), { row: by, outcome }];
    }),
  );
}

const expanded = ({ stackId: _, ...row }: StoredRow): readonly Decision[] => expandDecisions(row);

const silent: readonly Decision["outcome"][] = ["not-applicable", "not-run"];
