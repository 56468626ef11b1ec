import type { Clock } from "../../base/clock.ts";
import { Problem } from "../../base/problem.ts";
import type { OpenDatabase, Tx } from "../../db/database.ts";
import { isMandatory, policyDenied, type Verdict } from "../../gate/index.ts";
import { type JournalEntry, kinds } from "../deployments/deployment.ts";
import { requireOwnSecrets } from "../deployments/ownSecrets.ts";
import { journalRow } from "../deployments/stateArchive.ts";
import { type DecidedStep, type DecisionLedger, takenOf, verdictsOf } from "../judgement/decisionLedger.ts";
import type { EmptyingJudge } from "../judgement/emptyingJudge.ts";
import type { JudgeEntries } from "../judgement/entryJudge.ts";
import { type Exemptions, isExemptionEnded, leaningOf } from "../judgement/leaning.ts";
import type { PriorStates } from "../judgement/priorStates.ts";
import type { JudgeOperations } from "../judgement/stepJudge.ts";
import { recordVerdicts } from "../judgement/verdictStore.ts";
import type { Watch } from "../judgement/watchedResources.ts";
import type { Sealing } from "../secrets/sealing.ts";
import { payerOf, type Spending } from "../spending/spending.ts";
import type { StepPrices } from "../spending/stepPrices.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { operationUpdate, type StepRecord, type UpdateListener } from "../updates/updateListener.ts";
import { changeUpdate } from "../updates/updateStore.ts";
import type { RequireBasePlaces } from "./basePlaces.ts";
import type { BegunSteps } from "./begunSteps.ts";
import { heldLock } from "./checkpointService.ts";
import { isEnd, referencesOf } from "./journalReferences.ts";
import { stepOf } from "./journalSteps.ts";
import { type JournalBatch, type JournalRow, type JournalWriting, writeJournal } from "./journalStore.ts";
import type { MadeResources } from "./madeResources.ts";

interface JournalDeps {
  readonly database: OpenDatabase;
  readonly sealing: Sealing;
  readonly judge: JudgeOperations;
  readonly judgeEntries: JudgeEntries;
  readonly judgeEmptying: EmptyingJudge;
  readonly watch: Watch;
  readonly prior: PriorStates;
  readonly begun: BegunSteps;
  readonly made: MadeResources;
  readonly requireBasePlaces: RequireBasePlaces;
  readonly stepPrices: StepPrices;
  readonly spending: Pick<Spending, "cover">;
  readonly exemptions: Exemptions;
  readonly listener: UpdateListener;
  readonly ledger: DecisionLedger;
  readonly clock: Clock;
}

/** Records a batch of journal entries, judging the steps that begin in it. Returns when all of it is committed. */
export type RecordJournal = (held: HeldUpdate, entries: readonly JournalEntry[]) => Promise<void>;

interface Judged {
  readonly decided: readonly DecidedStep[];
  readonly verdicts: readonly Verdict[];
  readonly comparedWith: number | undefined;
  readonly denied: boolean;
  /** Entries that are no beginnings and would bring into the state what a rule forbids: they are not taken into it. */
  readonly deniedEnds: ReadonlySet<JournalEntry>;
  /** Steps that were stopped with a refused one. */
  readonly stopped: number;
  /** Why there is no money for the steps. */
  readonly unaffordable?: Problem;
}

interface Recording {
  readonly held: HeldUpdate;
  readonly entries: readonly JournalEntry[];
  readonly judged: Judged;
}

/** What was made of the batch, and how it was judged at last. */
interface Recorded extends JournalWriting {
  readonly judged: Judged;
}

/**
 * The one place where an engine asks before it acts. A client fails every entry of a refused batch, so the refusal stops
 * each step that begins in it; whatever else is in the batch has happened, and is committed first.
 */
export function createJournalService(deps: JournalDeps): RecordJournal {
  const { database, sealing, judge, judgeEntries, watch, prior, begun, requireBasePlaces, listener, clock } = deps;
  const { made, stepPrices, spending, exemptions, ledger, judgeEmptying } = deps;

  function rowOf({ stack, update }: HeldUpdate, entry: JournalEntry, refused: boolean): JournalRow {
    const content = JSON.stringify(entry);
    return {
      sequence: entry.sequenceID,
      kind: entry.kind,
      operationId: entry.operationID,
      hasState: entry.state !== undefined && entry.state !== null,
      watched: watch.isWatched(entry),
      refused,
      digest: sealing.fingerprint(stack.id, content),
      sealed: sealing.seal({ stackId: stack.id, row: journalRow(update.id, entry.sequenceID) }, content),
    };
  }

  const recorded = (judged: Judged) => (entry: JournalEntry) =>
    !(judged.denied && isBegin(entry)) && !judged.deniedEnds.has(entry);

  function batchOf({ held, entries, judged }: Recording): JournalBatch {
    return {
      updateId: held.update.id,
      leaseHash: held.leaseHash,
      now: clock.now(),
      rows: entries.map((entry) => rowOf(held, entry, !recorded(judged)(entry))),
      comparedWith: judged.comparedWith,
      ...referencesOf(entries, recorded(judged)),
    };
  }

  /** What is put down for good, in the statement that writes the entries. */
  async function besideOf({ update, stack, context }: HeldUpdate, { decided }: Judged) {
    const about = { stack, update: update.id, operation: update.operation, phase: context.phase };
    return { beside: await ledger.partOf({ ...about, steps: decided }) };
  }

  async function commit({ held, entries, judged }: Recording): Promise<Recorded> {
    const told = operationUpdate(held.update, held.stack);
    const begins = judged.denied ? [] : entries.filter(isBegin).map(({ operation }) => operation);
    const byUrn = await stepPrices(held, begins);
    const costs = Object.keys(byUrn).length > 0;
    if (told === undefined && judged.verdicts.length === 0 && !costs)
      return {
        ...(await writeJournal(database, batchOf({ held, entries, judged }), await besideOf(held, judged))),
        judged,
      };
    const nothing = new Error("nothing of the batch was written");
    let unwritten: Recorded | undefined;
    const write = async (tx: Tx): Promise<Recorded> => {
      const outcome = costs ? await afford(tx, { held, entries, judged }, byUrn) : judged;
      const steps = told === undefined ? [] : await stepsOf(held, entries, outcome);
      const beside = { ...(await besideOf(held, outcome)), tx };
      const writing = await writeJournal(database, batchOf({ held, entries, judged: outcome }), beside);
      if (writing.written === 0) {
        unwritten = { ...writing, judged: outcome };
        throw nothing; // so that the money that was just reserved for it is free again
      }
      await exemptions.use(tx, leaningOf(held.update, held.stack, takenOf(outcome.decided)));
      await recordVerdicts(tx, held.update, judged.verdicts);
      if (told === undefined) return { ...writing, judged: outcome };
      if (steps.length > 0) await listener.stepsRecorded(tx, told, steps);
      if (judged.verdicts.length > 0) await listener.verdictsGiven(tx, told, judged.verdicts);
      return { ...writing, judged: outcome };
    };
    return database.db
      .transaction()
      .execute(write)
      .catch((error: unknown) => {
        if (error === nothing && unwritten !== undefined) return unwritten;
        throw error;
      });
  }

  /** Asks for what the steps will cost; whoever ends the update waits until it is known whether they begin. */
  async function afford(tx: Tx, { held, judged }: Recording, byUrn: Readonly<Record<string, number>>): Promise<Judged> {
    const { id, refusals } = await heldLock(tx, held, { now: clock.now() });
    const refused = await spending.cover(tx, payerOf(held.stack), { updateId: id, byUrn });
    if (refused === undefined) return judged;
    const kept = { digest: "", code: "budget-exceeded", message: refused.message, steps: Object.keys(byUrn) } as const;
    await changeUpdate(tx, id, { refusals: [...refusals, kept] });
    const decided = judged.decided.map((step): DecidedStep => (step.late === true ? step : { ...step, refused: true }));
    return { ...judged, decided, denied: true, unaffordable: refused };
  }

  async function stepsOf(held: HeldUpdate, entries: readonly JournalEntry[], judged: Judged): Promise<StepRecord[]> {
    const at = clock.now();
    const ended = entries.filter(isEnd).map(({ operationID }) => operationID);
    const operations = await begun.find(held, ended, entries);
    return entries.flatMap((entry) => {
      if (isBegin(entry)) return [stepOf(entry.operation, judged.denied ? "refused" : "begun", at)];
      const operation = isEnd(entry) ? operations.get(entry.operationID) : undefined;
      const ended = entry.kind === kinds.failure ? "failed" : "succeeded";
      const phase = judged.deniedEnds.has(entry) ? "refused" : ended;
      return operation === undefined ? [] : [stepOf(operation, phase, at)];
    });
  }

  async function judgeAll(held: HeldUpdate, entries: readonly JournalEntry[], reading: number): Promise<Judged> {
    const begins = entries.filter(isBegin);
    const ofEntries = await judgeEntries(held, entries);
    const deniedEnds = new Set(entries.filter((_, index) => ofEntries[index]?.some(isDenied)));
    const operations = begins.map(({ operation }) => operation);
    const { decided: begun, comparedWith } = await judge(held, operations, { anew: reading > 1 });
    const deniedSteps = begun.filter(isDenied).length;
    const ofStack = await judgeEmptying.judge(held, entries);
    const denied = deniedSteps + deniedEnds.size > 0 || (ofStack !== undefined && isDenied(ofStack));
    const ended = entries.flatMap((entry, index) => {
      const refused = deniedEnds.has(entry) ? { refused: true as const } : {};
      return (ofEntries[index] ?? []).map((step): DecidedStep => ({ ...step, ...refused, late: true }));
    });
    const asked = begun.flatMap((step, index): readonly DecidedStep[] => {
      const refused = denied ? { refused: true as const } : {};
      if (begins[index]?.operation.type !== "importing") return [{ ...step, ...refused }];
      // What an import brings is judged when it is known, at its end; before that only where it leads.
      return step.verdicts.length === 0 ? [] : [{ ...step, ...refused, notShown: true }];
    });
    const stack = ofStack === undefined ? [] : [{ ...ofStack, ...(denied && { refused: true as const }) }];
    const decided = [...ended, ...asked, ...stack];
    return {
      decided,
      verdicts: verdictsOf(decided),
      comparedWith,
      denied,
      deniedEnds,
      stopped: begins.length - deniedSteps,
    };
  }

  function remember(held: HeldUpdate, entries: readonly JournalEntry[]): void {
    watch.recorded(held, entries);
    begun.remember(held, entries);
    made.remember(held, entries);
    judgeEmptying.recorded(held, entries);
  }

  return async (held, entries) => {
    if (entries.length === 0) return;
    const distinct = withoutRepetitions(entries);
    for (const { secretsProvider, newSnapshot } of distinct)
      for (const provider of [secretsProvider, newSnapshot?.secrets_providers]) requireOwnSecrets(held.stack, provider);
    await requireBasePlaces(held, distinct);
    for (let reading = 1; reading <= MOST_READINGS; reading += 1) {
      const first = await judgeAll(held, distinct, reading);
      const committed = await commit({ held, entries: distinct, judged: first }).catch(undefinedWhereEnded);
      // Others have recorded steps of this update, or an exemption has ended: it is judged again with that.
      if (committed === undefined || committed.outdated) continue;
      const { written, refusedBefore, judged } = committed;
      if (written > 0 && refusedBefore === 0) remember(held, distinct.filter(recorded(judged)));
      if (distinct.some(rewritesBase)) prior.forget(held);
      // A repetition is answered as it was the first time, whatever the rules would say now.
      if (refusedBefore > 0 || (judged.denied && written > 0)) throw refusal(judged);
      return;
    }
    throw new Error(
      `the ground of the judgement of update ${held.update.id} changed in each of ${MOST_READINGS} readings`,
    );
  };
}

/** Each reading sees all that came before it, so a second one is rare, and a third would need a third process. */
const MOST_READINGS = 20;

/** An exemption that was in force when the steps were judged is so no more: nothing was written. */
function undefinedWhereEnded(error: unknown): undefined {
  if (!isExemptionEnded(error)) throw error;
}

function refusal({ denied, verdicts, stopped, unaffordable }: Judged): Problem {
  if (unaffordable !== undefined) return unaffordable;
  if (denied) return policyDenied(verdicts, stopped);
  return new Problem("policy-denied", "These steps were refused when they were first asked for. Start a new update.");
}

type Begin = JournalEntry & { readonly operation: NonNullable<JournalEntry["operation"]> };

/** The begin of a step that acts on something; steps that change nothing begin without an operation. */
const isBegin = (entry: JournalEntry): entry is Begin =>
  entry.kind === kinds.begin && entry.operation !== undefined && entry.operation !== null;

const isDenied = ({ verdicts }: DecidedStep): boolean => verdicts.some(isMandatory);

const rewritesBase = ({ kind }: JournalEntry): boolean => kind === kinds.write || kind === kinds.rebuiltBaseState;

/** @throws Problem `invalid-journal` when a sequence number stands twice with different content. */
function withoutRepetitions(entries: readonly JournalEntry[]): readonly JournalEntry[] {
  const seen = new Map<number, JournalEntry>();
  for (const entry of entries) {
    const before = seen.get(entry.sequenceID);
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(entry))
      throw new Problem(
        "invalid-journal",
        `The journal is refused: entry ${entry.sequenceID} stands twice, differently.`,
      );
    seen.set(entry.sequenceID, entry);
  }
  return [...seen.values()];
}
