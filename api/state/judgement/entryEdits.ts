import { Problem } from "../../base/problem.ts";
import { type JournalEntry, kinds, type Resource } from "../deployments/deployment.ts";
import type { BegunStep } from "../journal/begunSteps.ts";
import type { OpenCiphertext } from "../secrets/openSecrets.ts";
import type { PriorState } from "./priorStates.ts";
import { editsBetween, intentOf, isSame, type StateEdit } from "./stateEdits.ts";

export interface EntryFacts {
  /** What the entry ends; undefined for a step that changes nothing outside the state. */
  readonly begun: BegunStep | undefined;
  readonly prior: PriorState;
  /** What operations of the update have left in the state that the entry names; no more of each than tells one from another. */
  readonly made: ReadonlyMap<number, Resource>;
  readonly open: OpenCiphertext;
  /** Whether the engine that speaks is run by the service, without a program: what it reads in the cloud is taken as read. */
  readonly trustsReading: boolean;
}

const none: readonly StateEdit[] = [];

/**
 * What an entry does to the state beyond the step that was judged at its beginning. The end of a step may add what the
 * provider answered: id and outputs, and for an import the inputs, which nobody knew before. Everything else that an entry can say (another
 * resource, other inputs, a place that belongs to something else) is an edit.
 *
 * @throws Problem `invalid-journal` where the end of a step names another resource than its beginning
 */
export function entryEdits(entry: JournalEntry, facts: EntryFacts): readonly StateEdit[] {
  // No engine announces a reading as a step, so what is announced is no reading, whatever its end calls itself.
  const isReading = facts.begun === undefined && (entry.kind === kinds.refreshSuccess || entry.isRefresh === true);
  switch (entry.kind) {
    case kinds.success:
    case kinds.refreshSuccess:
      return [
        ...(isReading ? readEdits(entry, facts) : endEdits(entry, facts)),
        ...placeEdits(entry, facts, isReading),
      ];
    case kinds.outputs:
      return [...(entry.state ? changeEdits(entry.state, facts) : none), ...placeEdits(entry, facts, false)];
    case kinds.write:
      return editsBetween(facts.prior.resources, entry.newSnapshot?.resources ?? [], facts.open);
    default:
      return none;
  }
}

/** Operations whose resource an entry takes out of the state, or marks for it. */
export const namedBy = ({ removeNew, deleteNew, pendingReplacementNew }: JournalEntry): readonly number[] =>
  [removeNew, deleteNew, pendingReplacementNew].filter((operation) => typeof operation === "number");

function endEdits(entry: JournalEntry, facts: EntryFacts): readonly StateEdit[] {
  const { state } = entry;
  const { begun, open } = facts;
  if (!state) return none;
  if (begun === undefined) return changeEdits(state, facts);
  if (state.urn !== begun.resource.urn || state.type !== begun.resource.type) throw otherResource(entry, state, begun);
  if (begun.type === "reading" && state.external === true) return none;
  if (begun.type !== "importing" && !isRead(state, begun)) return none;
  if (wasJudged(begun) && begun.intent === intentOf(state, open)) return none;
  return [{ kind: "brought", before: facts.prior.live(state.urn), after: state }];
}

/** Only of what is made or changed does a beginning say what comes of it, so that it was judged as that. */
const wasJudged = ({ type }: BegunStep): boolean => type === "creating" || type === "updating";

/** Whether anything here reads what the resource is: a rule of its type does, or it is a provider and leads somewhere. */
const isRead = ({ type }: Resource, { intent }: BegunStep): boolean =>
  intent !== undefined || type.startsWith("pulumi:providers:");

/** A step that changes nothing may give a resource another name; what a rule reads of it must be as it was. */
function changeEdits(state: Resource, { prior, open }: EntryFacts): readonly StateEdit[] {
  const before = prior.live(state.urn) ?? prior.resources.find((resource) => isSameThing(resource, state));
  const same = before !== undefined && isSame(before, { ...state, protect: before.protect === true }, open);
  return same ? none : [{ kind: "brought", before, after: state }];
}

interface Place {
  readonly resource: Resource;
  /** Whether it is taken out at once, or else marked for it. */
  readonly goes: boolean;
}

/** @param isReading whether what goes is judged as what was read */
function placesOf(entry: JournalEntry, { prior, made }: EntryFacts, isReading: boolean): readonly Place[] {
  const placed = (resource: Resource | undefined, goes: boolean): readonly Place[] =>
    resource === undefined ? [] : [{ resource, goes }];
  const old = (at: JournalEntry["removeOld"]) => (typeof at === "number" ? prior.resources[at] : undefined);
  const fresh = (by: JournalEntry["removeNew"]) => (typeof by === "number" ? made.get(by) : undefined);
  return [
    ...(isReading ? [] : [...placed(old(entry.removeOld), true), ...placed(fresh(entry.removeNew), true)]),
    ...[old(entry.deleteOld), old(entry.pendingReplacementOld)].flatMap((resource) => placed(resource, false)),
    ...[fresh(entry.deleteNew), fresh(entry.pendingReplacementNew)].flatMap((resource) => placed(resource, false)),
  ];
}

/** The resources that an entry takes out of the state, or marks for it, and that are not its own. */
function placeEdits(entry: JournalEntry, facts: EntryFacts, isReading: boolean): readonly StateEdit[] {
  return placesOf(entry, facts, isReading)
    .filter((place) => !isItsOwn(place, entry, facts))
    .map(({ resource }) => ({ kind: "removed", before: resource, after: undefined }));
}

function isItsOwn({ resource, goes }: Place, { state }: JournalEntry, { begun, prior }: EntryFacts): boolean {
  // To read a resource that was managed is to let go of it.
  if (resource.external !== true && (begun?.type === "reading" || state?.external === true)) return false;
  if (begun?.type === "deleting") return isTheDeleted(resource, begun, prior);
  if (!state) return begun === undefined && resource.pendingReplacement === true;
  if (isSameThing(resource, state)) return true;
  // A successor may stand for what it replaces, which was judged with it; otherwise what goes must be what comes.
  const follows = !goes || begun?.type === "creating" || resource.external === true || isSameId(resource, state);
  return resource.urn === state.urn && follows;
}

/** As `stepJudge` has found it: by its id, or else, of a client that gave an id of nothing, by its name. */
function isTheDeleted(resource: Resource, { resource: deleted }: BegunStep, { resources, live }: PriorState): boolean {
  if (resource.urn !== deleted.urn) return false;
  if (isSameId(resource, deleted)) return true;
  const exact = resources.some((other) => other.urn === deleted.urn && isSameId(other, deleted));
  return !exact && live(deleted.urn) === resource;
}

/** What an engine read in the cloud is taken for true; only what a rule protects must not get lost by it. */
function readEdits(entry: JournalEntry, facts: EntryFacts): readonly StateEdit[] {
  const { removeOld, removeNew, state } = entry;
  const { prior, made, trustsReading } = facts;
  const read = [
    typeof removeOld === "number" ? prior.resources[removeOld] : undefined,
    typeof removeNew === "number" ? made.get(removeNew) : undefined,
  ].filter((resource) => resource !== undefined);
  if (read.length === 0) return state ? changeEdits(state, facts) : none;
  return read.flatMap((before): readonly StateEdit[] => {
    if (!state) return trustsReading ? none : [{ kind: "removed", before, after: undefined }];
    if (state.urn !== before.urn || state.type !== before.type)
      return [
        { kind: "removed", before, after: undefined },
        { kind: "brought", before: undefined, after: state },
      ];
    const unprotected = before.protect === true && state.protect !== true; // no reading does that
    if (trustsReading && !unprotected) return none;
    return [{ kind: "removed", before, after: isSameId(before, state) ? state : undefined }];
  });
}

const isSameId = (one: Resource, other: Resource): boolean => (one.id ?? "") === (other.id ?? "");

const isSameThing = (one: Resource, other: Resource): boolean =>
  one.type === other.type && Boolean(one.id) && one.id === other.id;

function otherResource({ sequenceID }: JournalEntry, state: Resource, { resource }: BegunStep): Problem {
  return new Problem(
    "invalid-journal",
    `Journal entry ${sequenceID} ends the step on ${resource.urn} with the resource ${state.urn} (${state.type}).`,
    { facts: { sequence: sequenceID } },
  );
}
