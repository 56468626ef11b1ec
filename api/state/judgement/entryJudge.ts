import { type JournalEntry, kinds, type Resource } from "../deployments/deployment.ts";
import type { BegunSteps } from "../journal/begunSteps.ts";
import type { MadeResources } from "../journal/madeResources.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import type { DecidedStep } from "./decisionLedger.ts";
import type { JudgeEdits } from "./editJudge.ts";
import { entryEdits, namedBy } from "./entryEdits.ts";
import type { PriorState, PriorStates } from "./priorStates.ts";
import type { StateEdit } from "./stateEdits.ts";
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
  readonly made: MadeResources;
  readonly judgeEdits: JudgeEdits;
}

const ends: readonly number[] = [kinds.success, kinds.refreshSuccess];
const looked: readonly number[] = [...ends, kinds.outputs, kinds.write];
const none: readonly DecidedStep[] = [];
const nothing: PriorState = { resources: [], live: () => undefined };

export function createEntryJudge({ sealing, watch, prior, begun, made, judgeEdits }: EntryJudgeDeps): JudgeEntries {
  async function editsOf(held: HeldUpdate, entries: readonly JournalEntry[], all: readonly JournalEntry[]) {
    const ended = entries.filter(({ kind }) => ends.includes(kind)).map(({ operationID }) => operationID);
    const steps = await begun.find(held, ended, all);
    const brief = await made.find(held, [...new Set(entries.flatMap(namedBy))], all);
    const open = opener(sealing, held.stack.id);
    const trustsReading = held.update.door === "service" && held.update.kind === "refresh";
    const base = held.update.version === 1 ? nothing : await prior.of(held);
    const facts = { prior: base, made: brief, open, trustsReading };
    const edits = entries.map((entry) => entryEdits(entry, { ...facts, begun: steps.get(entry.operationID) }));
    return withWhole(edits, brief, (operations) => made.findWhole(held, operations, all));
  }

  return async (held, all) => {
    const entries = all.filter(({ kind }) => looked.includes(kind));
    if (entries.length === 0) return all.map(() => none);
    const edits = await editsOf(held, entries, all);
    if (edits.every((of) => of.length === 0)) return all.map(() => none);
    const { known } = await watch.view(held, { anew: false });
    const stack = { stackId: held.stack.id, context: held.context, known };
    const decided = [...(await judgeEdits(stack, edits.flat()))];
    const byEntry = new Map(entries.map((entry, index) => [entry, decided.splice(0, edits[index]?.length ?? 0)]));
    return all.map((entry) => byEntry.get(entry) ?? none);
  };
}

type Edits = readonly (readonly StateEdit[])[];
type Made = ReadonlyMap<number, Resource>;

/** With all that is known of what the update has made and is taken out again: rules read more than its name. */
async function withWhole(
  edits: Edits,
  brief: Made,
  find: (operations: readonly number[]) => Promise<Made>,
): Promise<Edits> {
  const operationOf = new Map([...brief].map(([operation, resource]) => [resource, operation]));
  const lost = edits.flat().flatMap(({ kind, before }) => {
    const operation = kind === "removed" ? operationOf.get(before) : undefined;
    return operation === undefined ? [] : [operation];
  });
  if (lost.length === 0) return edits;
  const whole = await find(lost);
  return edits.map((of) =>
    of.map((edit) => {
      const found = edit.kind === "removed" ? whole.get(operationOf.get(edit.before) ?? -1) : undefined;
      return edit.kind === "removed" && found !== undefined ? { ...edit, before: found } : edit;
    }),
  );
}
