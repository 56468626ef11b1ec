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
  readonly open: OpenCiphertext;
  /** Whether the engine that speaks is run by the service, without a program: what it reads in the cloud is taken as read. */
  readonly trustsReading: boolean;
}

const none: readonly StateEdit[] = [];

/**
 * What an entry does to the state beyond the step that was judged at its beginning. The end of a step may add what the
 * provider answered: id and outputs, and for an import the inputs, which nobody knew before. Everything else that an entry can say (another
 * resource, other inputs, a place in the base that belongs to something else) is an edit.
 *
 * @throws Problem `invalid-journal` where the end of a step names another resource than its beginning
 */
export function entryEdits(entry: JournalEntry, facts: EntryFacts): readonly StateEdit[] {
  switch (entry.kind) {
    case kinds.success:
      return entry.isRefresh ? readEdits(entry, facts) : [...endEdits(entry, facts), ...placeEdits(entry, facts)];
    case kinds.refreshSuccess:
      return readEdits(entry, facts);
    case kinds.outputs:
      return entry.state ? changeEdits(entry.state, facts) : none;
    case kinds.write:
      return editsBetween(facts.prior.resources, entry.newSnapshot?.resources ?? [], facts.open);
    default:
      return none;
  }
}

function endEdits(entry: JournalEntry, facts: EntryFacts): readonly StateEdit[] {
  const { state } = entry;
  const { begun, open } = facts;
  if (!state) return none;
  if (begun === undefined) return changeEdits(state, facts);
  if (state.urn !== begun.resource.urn || state.type !== begun.resource.type) throw otherResource(entry, state, begun);
  if (begun.type === "reading" && state.external === true) return none;
  if (begun.type !== "importing" && !isRead(state, begun)) return none;
  if (begun.type !== "importing" && begun.intent === intentOf(state, open)) return none;
  return [{ kind: "brought", before: facts.prior.live(state.urn), after: state }];
}

/** Whether anything here reads what the resource is: a rule of its type does, or it is a provider and leads somewhere. */
const isRead = ({ type }: Resource, { intent }: BegunStep): boolean =>
  intent !== undefined || type.startsWith("pulumi:providers:");

/** A step that changes nothing may give a resource another name; what a rule reads of it must be as it was. */
function changeEdits(state: Resource, { prior, open }: EntryFacts): readonly StateEdit[] {
  const before = prior.live(state.urn) ?? prior.resources.find((resource) => isSameThing(resource, state));
  const same = before !== undefined && isSame(before, { ...state, protect: before.protect === true }, open);
  return same ? none : [{ kind: "brought", before, after: state }];
}

/** The resources of the base that the end of a step takes out of the state, or marks for it, and that are not its own. */
function placeEdits(entry: JournalEntry, { begun, prior }: EntryFacts): readonly StateEdit[] {
  const places = [entry.removeOld, entry.deleteOld, entry.pendingReplacementOld];
  return places.flatMap((place): readonly StateEdit[] => {
    const resource = typeof place === "number" ? prior.resources[place] : undefined;
    if (resource === undefined || isItsOwn(resource, entry, begun)) return none;
    return [{ kind: "removed", before: resource, after: undefined }];
  });
}

function isItsOwn(resource: Resource, { state }: JournalEntry, begun: BegunStep | undefined): boolean {
  // To read a resource that was managed is to let go of it.
  if (resource.external !== true && (begun?.type === "reading" || state?.external === true)) return false;
  if (begun === undefined && !state) return resource.pendingReplacement === true;
  const urn = begun === undefined ? state?.urn : begun.resource.urn;
  return resource.urn === urn || (state != null && isSameThing(resource, state));
}

/** What an engine read in the cloud is taken for true; only what a rule protects must not get lost by it. */
function readEdits(entry: JournalEntry, { prior, trustsReading }: EntryFacts): readonly StateEdit[] {
  const { removeOld, state } = entry;
  const before = typeof removeOld === "number" ? prior.resources[removeOld] : undefined;
  if (before === undefined) return none;
  if (!state) return trustsReading ? none : [{ kind: "removed", before, after: undefined }];
  if (state.urn !== before.urn || state.type !== before.type)
    return [
      { kind: "removed", before, after: undefined },
      { kind: "brought", before: undefined, after: state },
    ];
  const unprotected = before.protect === true && state.protect !== true; // no reading does that
  return trustsReading && !unprotected ? none : [{ kind: "removed", before, after: state }];
}

const isSameThing = (one: Resource, other: Resource): boolean =>
  one.type === other.type && Boolean(one.id) && one.id === other.id;

function otherResource({ sequenceID }: JournalEntry, state: Resource, { resource }: BegunStep): Problem {
  return new Problem(
    "invalid-journal",
    `Journal entry ${sequenceID} ends the step on ${resource.urn} with the resource ${state.urn} (${state.type}).`,
    { facts: { sequence: sequenceID } },
  );
}
