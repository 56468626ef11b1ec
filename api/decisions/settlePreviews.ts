import type { Database } from "../db/database.ts";
import type { Decision } from "./decision.ts";
import { type KeptStep, keyOf } from "./decisionRow.ts";
import { firstRow, hasEnded, readRows, type StoredRow } from "./decisionStore.ts";
import { createStepReader, type Settlements, settle, type Wanted } from "./expandDecisions.ts";

/** More rows than the steps of one update commonly make. */
const MOST_ROWS = 5_000;

export type ReadStep = (step: KeptStep) => readonly Decision[];

/** Reads the steps of a row; what a preview did not know, with how the steps after it have settled it. */
export async function createSettledReader(db: Database, row: StoredRow, wanted: Wanted): Promise<ReadStep> {
  const read = readerOf(row, wanted);
  const open = unknownsOf(row, wanted);
  if (open.policies.size === 0) return read;
  const next = await firstRow(db, { ...among(row), phase: "preview", after: row.row });
  const settlements = await settlementsOf(db, { ...among(row), phase: "up", after: row.row, before: next }, open);
  const ended = next !== undefined || (await hasEnded(db, row));
  return (step) => read(step).map((found) => settle(found, keyOf(found.policy, found.urn), { settlements, ended }));
}

const readerOf = ({ stackId: _, steps: _steps, ...row }: StoredRow, wanted: Wanted): ReadStep =>
  createStepReader(row, wanted);

interface Unknowns {
  readonly policies: Set<string>;
  readonly urns: Set<string>;
}

/** What is to be looked for in the steps that came after a preview. */
function unknownsOf({ phase, steps }: StoredRow, { policies }: Wanted): Unknowns {
  const found: Unknowns = { policies: new Set(), urns: new Set() };
  if (phase !== "preview") return found;
  for (const step of steps)
    for (const { policy, outcome, urn = step.urn } of step.verdicts ?? []) {
      if (outcome !== "unknown" || policies?.has(policy) === false) continue;
      found.policies.add(policy);
      found.urns.add(urn);
    }
  return found;
}

/** The steps of a preview are those of the same operation, or of the stack's updates that belong to none. */
const among = ({ stackId, operation }: StoredRow) =>
  operation === undefined ? { stackId, ofNone: true } : { stackId, operation };

const settling: Wanted["unspoken"] = new Set(["pass"]);

async function settlementsOf(
  db: Database,
  filter: Parameters<typeof readRows>[1],
  open: Unknowns,
): Promise<Settlements> {
  const settlements = new Map<string, NonNullable<Decision["settled"]>>();
  for await (const row of readRows(db, filter, { direction: "asc", limit: MOST_ROWS })) {
    const read = readerOf(row, { ...open, unspoken: settling });
    for (const { policy, urn, step, outcome, row: by } of row.steps.flatMap(read)) {
      const everywhere = step === "whole" && outcome === "pass";
      settlements.set(everywhere ? policy : keyOf(policy, urn), { row: by, outcome });
    }
  }
  return settlements;
}
