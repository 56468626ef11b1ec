import type { JournalEntry, OperationType, PendingOperation } from "../deployments/deployment.ts";
import { kinds } from "../deployments/deployment.ts";
import type { StepOp, StepRecord } from "../updates/updateListener.ts";
import type { ChangeCounts } from "../updates/updateRecord.ts";
import { noChanges } from "../updates/updateRecord.ts";

const opOf: Record<OperationType, StepOp> = {
  creating: "create",
  updating: "update",
  deleting: "delete",
  reading: "read",
  importing: "import",
};

export function stepOf({ resource, type }: PendingOperation, phase: StepRecord["phase"], at: Date): StepRecord {
  return { urn: resource.urn, type: resource.type, op: opOf[type], phase, at };
}

/**
 * What an update has done, counted from its journal. A replacement counts once, by the making of the new resource; the
 * deletion of the old one that belongs to it does not count. An import counts as a creation, a read as nothing.
 */
export function countApplied(entries: readonly JournalEntry[]): ChangeCounts {
  const begun = new Map<number, PendingOperation | undefined>();
  const counts = { ...noChanges };
  for (const entry of entries) {
    if (entry.kind === kinds.begin) begun.set(entry.operationID, entry.operation ?? undefined);
    if (entry.kind !== kinds.success || !begun.has(entry.operationID)) continue;
    const change = changeOf(entry, begun.get(entry.operationID));
    if (change !== undefined) counts[change] += 1;
  }
  return counts;
}

function changeOf(entry: JournalEntry, operation: PendingOperation | undefined): keyof ChangeCounts | undefined {
  const ofOld = entry.deleteOld ?? entry.deleteNew ?? entry.removeOld ?? entry.removeNew;
  switch (operation?.type) {
    case "creating":
    case "importing":
      return ofOld === undefined || ofOld === null ? "create" : "replace";
    case "updating":
      return "update";
    case "deleting":
      return ofReplacement(entry, operation) ? undefined : "delete";
    case "reading":
      return undefined;
    default:
      return entry.state && !entry.isRefresh ? "same" : undefined; // only steps that change nothing begin without an operation
  }
}

function ofReplacement(entry: JournalEntry, { resource }: PendingOperation): boolean {
  const marked = entry.pendingReplacementOld ?? entry.pendingReplacementNew;
  return resource.delete === true || resource.pendingReplacement === true || (marked !== undefined && marked !== null);
}

/** The engine's own summary in the words of an operation's `changes`. */
export function summarizedChanges(changes: Readonly<Record<string, number>>): ChangeCounts {
  const of = (...ops: readonly string[]) => ops.reduce((sum, op) => sum + (changes[op] ?? 0), 0);
  return {
    create: of("create", "import"),
    update: of("update"),
    replace: of("replace") || of("create-replacement", "import-replacement"),
    delete: of("delete"),
    same: of("same"),
  };
}
