import { type JournalEntry, kinds } from "../deployments/deployment.ts";
import type { BegunSteps } from "../journal/begunSteps.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import type { DecidedStep } from "./decisionLedger.ts";
import type { JudgeEdits } from "./editJudge.ts";
import { entryEdits } from "./entryEdits.ts";
import type { PriorState, PriorStates } from "./priorStates.ts";
import { opener } from "./stepJudge.ts";
import type { Watch } from "./watchedResources.ts";

/** Judges what entries do to the state beyond steps that were judged when they began: what each comes to, in their order. */
export type JudgeEntries = (
  held: HeldUpdate,
  entries: readonly JournalEntry[],
) => Promise<readonly (readonly DecidedStep[])[]>;

interface EntryJudgeDeps {
  readonly sealing: Sealing;
  readonly watch: Watch;
  readonly prior: PriorStates;
  readonly begun: BegunSteps;
  readonly judgeEdits: JudgeEdits;
}

const ends: readonly number[] = [kinds.success, kinds.refreshSuccess];
const looked: readonly number[] = [...ends, kinds.outputs, kinds.write];
const none: readonly DecidedStep[] = [];
const nothing: PriorState = { resources: [], live: () => undefined };

export function createEntryJudge({ sealing, watch, prior, begun, judgeEdits }: EntryJudgeDeps): JudgeEntries {
  async function editsOf(held: HeldUpdate, entries: readonly JournalEntry[]) {
    const ended = entries.filter(({ kind }) => ends.includes(kind)).map(({ operationID }) => operationID);
    const steps = await begun.find(held, ended);
    const open = opener(sealing, held.stack.id);
    const trustsReading = held.update.door === "service" && held.update.kind === "refresh";
    const base = held.update.version === 1 ? nothing : await prior.of(held);
    return entries.map((entry) =>
      entryEdits(entry, { begun: steps.get(entry.operationID), prior: base, open, trustsReading }),
    );
  }

  return async (held, all) => {
    begun.remember(held, all);
    const entries = all.filter(({ kind }) => looked.includes(kind));
    if (entries.length === 0) return all.map(() => none);
    const edits = await editsOf(held, entries);
    if (edits.every((of) => of.length === 0)) return all.map(() => none);
    const { known } = await watch.view(held, { anew: false });
    const stack = { stackId: held.stack.id, context: held.context, known };
    const decided = [...(await judgeEdits(stack, edits.flat()))];
    const byEntry = new Map(entries.map((entry, index) => [entry, decided.splice(0, edits[index]?.length ?? 0)]));
    return all.map((entry) => byEntry.get(entry) ?? none);
  };
}
