import { Problem } from "../../base/problem.ts";
import {
  type Deployment,
  type JournalEntry,
  kinds,
  type PendingOperation,
  type Resource,
} from "../deployments/deployment.ts";

/** A resource of a state. `bytes`: it may hold strings that are no text, which nobody can see inside a sealed secret. */
export interface Kept {
  readonly resource: Resource;
  readonly bytes: boolean;
}

export interface KeptOperation {
  readonly operation: PendingOperation;
  readonly bytes: boolean;
}

/** The state that places in a journal count from. Its resources stand in `kept`, in their order. */
export interface ReplayBase {
  readonly deployment: Deployment;
  readonly kept: readonly Kept[];
  /** Its pending operations. */
  readonly pending: readonly KeptOperation[];
}

/** What the entries since the last rebuilding of the base say of it and of the new resources. */
export interface Replay {
  base: ReplayBase;
  readonly made: Kept[];
  /** Where in `made` the resource of an operation stands. */
  readonly placeOf: Map<number, number>;
  readonly dropped: Set<number>;
  readonly deletedInBase: Set<number>;
  readonly replacedInBase: Map<number, Kept>;
  readonly markedDeleted: Set<number>;
  readonly markedReplacement: Set<number>;
  readonly begun: Map<number, KeptOperation | undefined>;
  readonly extensions: Map<string, unknown>;
}

export const newReplay = (base: ReplayBase): Replay => ({
  base,
  made: [],
  placeOf: new Map(),
  dropped: new Set(),
  deletedInBase: new Set(),
  replacedInBase: new Map(),
  markedDeleted: new Set(),
  markedReplacement: new Set(),
  begun: new Map(),
  extensions: new Map(),
});

/** How the engine marks a string of bytes that is no text, and a secret (sdk/go/common/resource/sig). */
const BYTES = "803fd3297a5875dc03ca845dda5d2a98";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";

/** @param bytes whether the deployment may hold strings that are no text, as its features say. */
export function replayBase(deployment: Deployment, bytes: boolean): ReplayBase {
  const mayHold = (resource: Resource): boolean => {
    if (!bytes) return false;
    const text = JSON.stringify(resource);
    return text.includes(BYTES) || text.includes(SECRET);
  };
  const pending = deployment.pending_operations ?? [];
  return {
    deployment,
    kept: (deployment.resources ?? []).map((resource) => ({ resource, bytes: mayHold(resource) })),
    pending: pending.map((operation) => ({ operation, bytes: mayHold(operation.resource) })),
  };
}

/**
 * Applies one entry, by the engine's own rules (pkg/backend/journal.go, JournalReplayer.Add, v3.259.0). Kind 7, which
 * makes a new base, is not for here.
 *
 * @throws Problem `invalid-journal` where the entry names an operation or a place that does not exist; nothing is applied then.
 */
export function applyEntry(replay: Replay, entry: JournalEntry): void {
  switch (entry.kind) {
    case kinds.begin:
      replay.begun.set(entry.operationID, entry.operation ? keptOperation(entry, entry.operation) : undefined);
      return;
    case kinds.success:
      requireBegun(replay, entry);
      succeed(replay, entry);
      replay.begun.delete(entry.operationID);
      return;
    case kinds.refreshSuccess:
      requireBegun(replay, entry);
      refresh(replay, entry);
      replay.begun.delete(entry.operationID);
      return;
    case kinds.failure:
      requireBegun(replay, entry);
      replay.begun.delete(entry.operationID);
      return;
    case kinds.outputs:
      if (entry.state) overwrite(replay, entry, { resource: entry.state, bytes: holdsBytes(entry) });
      return;
    case kinds.write:
      if (!entry.newSnapshot) throw invalid(entry, "carries no snapshot");
      replay.base = replayBase(entry.newSnapshot, holdsBytes(entry));
      return;
    case kinds.secretsManager:
      if (!entry.secretsProvider) throw invalid(entry, "names no secrets provider");
      rebase(replay, { secrets_providers: entry.secretsProvider });
      return;
    case kinds.extensionParameterize:
      if (!entry.extensionRef) throw invalid(entry, "names no extension");
      replay.extensions.set(entry.extensionRef, entry.extension);
      return;
    case kinds.snippets:
      rebase(replay, { snippets: entry.snippets ?? [] });
      return;
    default:
      throw invalid(entry, `has the unknown kind ${entry.kind}`);
  }
}

function rebase(replay: Replay, change: Partial<Deployment>): void {
  replay.base = { ...replay.base, deployment: { ...replay.base.deployment, ...change } };
}

const holdsBytes = ({ requiresByteString }: JournalEntry): boolean => requiresByteString === true;

const keptOperation = (entry: JournalEntry, operation: PendingOperation): KeptOperation => ({
  operation,
  bytes: holdsBytes(entry),
});

function requireBegun(replay: Replay, entry: JournalEntry): void {
  if (!replay.begun.has(entry.operationID)) throw invalid(entry, "ends an operation that is not under way");
}

/** All that the entry names is looked up before anything changes. */
function succeed(replay: Replay, entry: JournalEntry): void {
  const { removeOld, deleteOld, pendingReplacementOld, removeNew, deleteNew, pendingReplacementNew } = entry;
  for (const index of [removeOld, deleteOld, pendingReplacementOld]) if (given(index)) inBase(replay, entry, index);
  for (const made of [removeNew, deleteNew, pendingReplacementNew])
    if (given(made) && !(made === entry.operationID && entry.state)) placeMade(replay, entry, made);
  if (entry.state) {
    replay.placeOf.set(entry.operationID, replay.made.length);
    replay.made.push({ resource: entry.state, bytes: holdsBytes(entry) });
  }
  if (given(removeOld)) replay.deletedInBase.add(removeOld);
  if (given(removeNew)) replay.dropped.add(placeMade(replay, entry, removeNew));
  if (given(deleteOld)) replay.markedDeleted.add(deleteOld);
  if (given(deleteNew)) mark(replay, placeMade(replay, entry, deleteNew), { delete: true });
  if (given(pendingReplacementOld)) replay.markedReplacement.add(pendingReplacementOld);
  if (given(pendingReplacementNew))
    mark(replay, placeMade(replay, entry, pendingReplacementNew), { pendingReplacement: true });
}

function refresh(replay: Replay, entry: JournalEntry): void {
  if (entry.state) {
    overwrite(replay, entry, { resource: entry.state, bytes: holdsBytes(entry) });
    return;
  }
  if (given(entry.removeNew)) replay.dropped.add(placeMade(replay, entry, entry.removeNew));
  if (given(entry.removeOld)) replay.deletedInBase.add(inBase(replay, entry, entry.removeOld));
}

function overwrite(replay: Replay, entry: JournalEntry, kept: Kept): void {
  if (given(entry.removeNew)) replay.made[placeMade(replay, entry, entry.removeNew)] = kept;
  if (given(entry.removeOld)) replay.replacedInBase.set(inBase(replay, entry, entry.removeOld), kept);
}

function mark(replay: Replay, place: number, marks: { delete: true } | { pendingReplacement: true }): void {
  const kept = replay.made[place];
  if (kept !== undefined) replay.made[place] = { ...kept, resource: { ...kept.resource, ...marks } };
}

const given = (value: number | null | undefined): value is number => value !== null && value !== undefined;

function inBase({ base }: Replay, entry: JournalEntry, index: number): number {
  const size = base.kept.length;
  if (index >= size) throw invalid(entry, `names place ${index} of a base with ${size} resources`);
  return index;
}

function placeMade(replay: Replay, entry: JournalEntry, operation: number): number {
  const place = replay.placeOf.get(operation);
  if (place === undefined) throw invalid(entry, `names operation ${operation}, which made no resource`);
  return place;
}

function invalid(entry: JournalEntry, fault: string): Problem {
  return new Problem("invalid-journal", `Journal entry ${entry.sequenceID} (kind ${entry.kind}) ${fault}.`, {
    facts: { sequence: entry.sequenceID },
  });
}
