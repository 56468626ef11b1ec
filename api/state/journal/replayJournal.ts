import { Problem } from "../../base/problem.ts";
import type {
  Deployment,
  JournalEntry,
  PendingOperation,
  Resource,
  StoredDeployment,
} from "../deployments/deployment.ts";
import { kinds } from "../deployments/deployment.ts";
import { featuresOf } from "../deployments/deploymentFeatures.ts";
import { normalizeReferences } from "./normalizeReferences.ts";
import { rebuildDependencies } from "./rebuildDependencies.ts";

/** What the entries since the last rebuilding of the base say of it and of the new resources. */
interface Replay {
  base: Deployment;
  readonly made: Resource[];
  /** Where in `made` the resource of an operation stands. */
  readonly placeOf: Map<number, number>;
  readonly dropped: Set<number>;
  readonly deletedInBase: Set<number>;
  readonly replacedInBase: Map<number, Resource>;
  readonly markedDeleted: Set<number>;
  readonly markedReplacement: Set<number>;
  readonly begun: Map<number, PendingOperation | undefined>;
  readonly extensions: Map<string, unknown>;
}

const empty = (base: Deployment): Replay => ({
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

/**
 * The state after an update: its base with the journal applied, by the engine's own rules (pkg/backend/journal.go,
 * JournalReplayer, v3.259.0). Steps that began and did not end stay as pending operations; so do pending creates of the
 * base, which only a person can settle. Linear in the number of entries and resources.
 *
 * @param entries in any order; they are applied by sequence. Refused begin entries must have been left out.
 * @throws Problem `invalid-journal` where an entry names an operation or a place that does not exist.
 */
export function replayJournal(base: Deployment, entries: readonly JournalEntry[], now: Date): StoredDeployment {
  const facts = { refreshed: false, byteStrings: false };
  let replay = empty(base);
  for (const entry of [...entries].sort((a, b) => a.sequenceID - b.sequenceID)) {
    if (entry.requiresByteString) facts.byteStrings = true;
    if (entry.kind === kinds.refreshSuccess || (entry.kind === kinds.success && entry.isRefresh))
      facts.refreshed = true;
    if (entry.kind === kinds.rebuiltBaseState) replay = empty(generate(replay, facts.refreshed, now));
    else apply(replay, entry);
  }
  const deployment = generate(replay, facts.refreshed, now);
  const pending = (deployment.pending_operations ?? []).map(({ resource }) => resource);
  const features = featuresOf([...(deployment.resources ?? []), ...pending]);
  if (facts.byteStrings) features.add("byteString");
  if ((deployment.snippets?.length ?? 0) > 0) features.add("snippets-prototype");
  // Version 4 is version 3 with a list of features that the reader must know (apitype/core.go).
  return features.size === 0 ? { version: 3, deployment } : { version: 4, features: [...features].sort(), deployment };
}

function apply(replay: Replay, entry: JournalEntry): void {
  switch (entry.kind) {
    case kinds.begin:
      replay.begun.set(entry.operationID, entry.operation ?? undefined);
      return;
    case kinds.success:
      end(replay, entry);
      succeed(replay, entry);
      return;
    case kinds.refreshSuccess:
      end(replay, entry);
      refresh(replay, entry);
      return;
    case kinds.failure:
      end(replay, entry);
      return;
    case kinds.outputs:
      if (entry.state) overwrite(replay, entry, entry.state);
      return;
    case kinds.write:
      if (!entry.newSnapshot) throw invalid(entry, "carries no snapshot");
      replay.base = entry.newSnapshot;
      return;
    case kinds.secretsManager:
      if (!entry.secretsProvider) throw invalid(entry, "names no secrets provider");
      replay.base = { ...replay.base, secrets_providers: entry.secretsProvider };
      return;
    case kinds.extensionParameterize:
      if (!entry.extensionRef) throw invalid(entry, "names no extension");
      replay.extensions.set(entry.extensionRef, entry.extension);
      return;
    case kinds.snippets:
      replay.base = { ...replay.base, snippets: entry.snippets ?? [] };
      return;
    default:
      throw invalid(entry, `has the unknown kind ${entry.kind}`);
  }
}

function end(replay: Replay, entry: JournalEntry): void {
  if (!replay.begun.delete(entry.operationID)) throw invalid(entry, "ends an operation that is not under way");
}

function succeed(replay: Replay, entry: JournalEntry): void {
  if (entry.state) {
    replay.placeOf.set(entry.operationID, replay.made.length);
    replay.made.push(entry.state);
  }
  if (given(entry.removeOld)) replay.deletedInBase.add(inBase(replay, entry, entry.removeOld));
  if (given(entry.removeNew)) replay.dropped.add(placeMade(replay, entry, entry.removeNew));
  if (given(entry.deleteOld)) replay.markedDeleted.add(inBase(replay, entry, entry.deleteOld));
  if (given(entry.deleteNew)) mark(replay, placeMade(replay, entry, entry.deleteNew), { delete: true });
  if (given(entry.pendingReplacementOld))
    replay.markedReplacement.add(inBase(replay, entry, entry.pendingReplacementOld));
  if (given(entry.pendingReplacementNew))
    mark(replay, placeMade(replay, entry, entry.pendingReplacementNew), { pendingReplacement: true });
}

function refresh(replay: Replay, entry: JournalEntry): void {
  if (entry.state) {
    overwrite(replay, entry, entry.state);
    return;
  }
  if (given(entry.removeOld)) replay.deletedInBase.add(inBase(replay, entry, entry.removeOld));
  if (given(entry.removeNew)) replay.dropped.add(placeMade(replay, entry, entry.removeNew));
}

function overwrite(replay: Replay, entry: JournalEntry, state: Resource): void {
  if (given(entry.removeOld)) replay.replacedInBase.set(inBase(replay, entry, entry.removeOld), state);
  if (given(entry.removeNew)) replay.made[placeMade(replay, entry, entry.removeNew)] = state;
}

function mark(replay: Replay, place: number, marks: { delete: true } | { pendingReplacement: true }): void {
  const resource = replay.made[place];
  if (resource !== undefined) replay.made[place] = { ...resource, ...marks };
}

/** New resources first, then what is left of the base: an order in which nothing precedes what it depends on. */
function generate(replay: Replay, refreshed: boolean, now: Date): Deployment {
  const { base } = replay;
  const resources: Resource[] = replay.made.filter((_, place) => !replay.dropped.has(place));
  for (const [index, resource] of (base.resources ?? []).entries()) {
    if (replay.deletedInBase.has(index)) continue;
    // A resource that was replaced in place carries its own marks.
    resources.push(replay.replacedInBase.get(index) ?? markedBase(replay, index, resource));
  }
  const pendingCreates = (base.pending_operations ?? []).filter(({ type }) => type === "creating");
  const begun = [...replay.begun.values()].filter((operation) => operation !== undefined);
  const extensions = { ...Object.fromEntries(replay.extensions), ...base.extensions };
  const deployment: Deployment = {
    manifest: { time: engineTime(now), magic: base.manifest.magic, version: base.manifest.version },
    ...(base.secrets_providers && { secrets_providers: base.secrets_providers }),
    resources: refreshed ? rebuildDependencies(resources) : resources,
    ...(begun.length + pendingCreates.length > 0 && { pending_operations: [...begun, ...pendingCreates] }),
    metadata: base.metadata ?? {},
    ...(base.snippets && base.snippets.length > 0 && { snippets: base.snippets }),
    ...(Object.keys(extensions).length > 0 && { extensions }),
  };
  try {
    return normalizeReferences(deployment);
  } catch (cause) {
    throw new Problem("invalid-journal", `The journal cannot be replayed: ${(cause as RangeError).message}.`, {
      cause,
    }); // its only error
  }
}

/** RFC 3339 as Go writes it: the fraction of a second without trailing zeros (package time, RFC3339Nano). */
const engineTime = (time: Date): string => time.toISOString().replace(/\.?0*Z$/, "Z");

function markedBase(replay: Replay, index: number, resource: Resource): Resource {
  const deleted = replay.markedDeleted.has(index);
  const replacement = replay.markedReplacement.has(index);
  if (!deleted && !replacement) return resource;
  return { ...resource, ...(deleted && { delete: true }), ...(replacement && { pendingReplacement: true }) };
}

const given = (value: number | null | undefined): value is number => value !== null && value !== undefined;

function inBase(replay: Replay, entry: JournalEntry, index: number): number {
  const size = replay.base.resources?.length ?? 0;
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
