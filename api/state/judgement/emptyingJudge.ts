import type { Database } from "../../db/database.ts";
import { type JournalEntry, kinds, type Resource } from "../deployments/deployment.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import type { DecidedStep } from "./decisionLedger.ts";
import { isMade } from "./loss.ts";
import type { ShownLosses } from "./shownLosses.ts";
import { type AskTeardown, leavesNothing } from "./teardownQuestion.ts";

export interface EmptyingJudge {
  /** What rules say of the stack as a whole, when these entries begin to empty it and nobody has asked that yet. */
  judge(held: HeldUpdate, entries: readonly JournalEntry[]): Promise<DecidedStep | undefined>;
  /** Entries that were committed and not refused. */
  recorded(held: HeldUpdate, entries: readonly JournalEntry[]): void;
}

interface EmptyingDeps {
  readonly db: Database;
  readonly archive: Pick<StateArchive, "journal">;
  readonly shown: ShownLosses;
  readonly ask: AskTeardown;
}

const MOST_KEPT = 1_000;
const wouldLeaveNothing = `${leavesNothing}, unless a preview shows that something stays`;

/**
 * Judges a teardown that no preview has shown, at the first step that takes something away, before anything has died. Of an
 * `up` that is a step before which its program has registered nothing that is made: an engine deletes what a program does not
 * register at its end. Only what is deleted to be replaced is deleted before, and nothing in a journal tells the two apart; so
 * without a preview that shows the replacement it is asked too. Of a client's `destroy --target` it is a step that takes what its
 * preview did not show. A whole destroy was asked before it was created.
 */
export function createEmptyingJudge({ db, archive, shown, ask }: EmptyingDeps): EmptyingJudge {
  /** Updates of which something is known to stay, or whose teardown has begun. */
  const settled = new Set<string>();
  const parts = new Map<string, ReturnType<ShownLosses["partOf"]>>();

  function settle(id: string): void {
    if (settled.size >= MOST_KEPT) settled.clear();
    settled.add(id);
  }

  /** What the client's preview announced, if it was less than all; the same for the whole update. */
  function partOf({ stack, update }: HeldUpdate): ReturnType<ShownLosses["partOf"]> {
    const { id, kind, actor, operation, createdAt: before, version = stack.version + 1 } = update;
    const found = parts.get(id) ?? shown.partOf(stack, { kind, actor, operation, before, version: version - 1 });
    if (parts.size >= MOST_KEPT) parts.clear();
    parts.set(id, found);
    found.catch(() => parts.delete(id)); // asked again by who tries again
    return found;
  }

  /** Whether a program that keeps nothing begins only now to lose what there is. */
  async function empties({ update }: HeldUpdate, entries: readonly JournalEntry[]) {
    const before = await archive.journal(db, update);
    if (before.some(registers)) settle(update.id);
    if ([...before, ...entries].some(registers)) return "no";
    return before.some(takesAway) ? "goes on" : "begins";
  }

  return {
    async judge(held, entries) {
      const { stack, update, context } = held;
      const gone = entries.filter(takesAway).flatMap(({ operation }) => operation?.resource.urn ?? []);
      const byClient = update.kind === "destroy" && update.operation === undefined;
      if (gone.length === 0 || stack.target === undefined || !(byClient || update.kind === "update")) return undefined;
      if (settled.has(update.id)) return undefined;
      const emptying = byClient ? "goes on" : await empties(held, entries);
      if (emptying === "no") return undefined;
      const part = await partOf(held);
      // Without one a destroy was judged as a whole before it was created.
      const judged = part === undefined ? emptying === "goes on" : gone.every((urn) => part.has(urn));
      return judged ? undefined : ask({ stack, context, extent: "all", remark: wouldLeaveNothing });
    },
    recorded({ update }, entries) {
      if (update.kind === "update" && !settled.has(update.id) && entries.some(registers)) settle(update.id);
    },
  };
}

const made = (resource: Resource | null | undefined): boolean => !!resource && isMade(resource);

const takesAway = ({ kind, operation }: JournalEntry): boolean =>
  kind === kinds.begin && operation?.type === "deleting" && made(operation.resource);

const brings: readonly string[] = ["creating", "updating", "importing"];

/** A step that the program asked for, be it that nothing changes. What a refresh finds, no program asked for. */
const registers = ({ kind, operation, state, isRefresh }: JournalEntry): boolean =>
  kind === kinds.begin
    ? operation !== undefined && operation !== null && brings.includes(operation.type) && made(operation.resource)
    : kind === kinds.success && isRefresh !== true && made(state);
