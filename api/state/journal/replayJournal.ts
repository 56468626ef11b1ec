import { createHash } from "node:crypto";
import { isProblem, Problem } from "../../base/problem.ts";
import {
  type Deployment,
  type JournalEntry,
  kinds,
  type Resource,
  type StoredDeployment,
} from "../deployments/deployment.ts";
import { featuresOf } from "../deployments/deploymentFeatures.ts";
import {
  applyEntry,
  type Kept,
  type KeptOperation,
  newReplay,
  type Replay,
  type ReplayBase,
  replayBase,
} from "./applyEntry.ts";
import { normalizeReferences } from "./normalizeReferences.ts";
import { rebuildDependencies } from "./rebuildDependencies.ts";

/** What a state says of its making. */
export interface ReplayedBy {
  readonly now: Date;
  /** The version of the client's engine, such as `v3.259.0`; that of the base stays where it is not known. */
  readonly engine?: string | undefined;
}

export interface Replayed {
  readonly stored: StoredDeployment;
  /** What is wrong with the journal: the state holds the entries before it, and no create of the others is forgotten. */
  readonly fault?: Problem;
}

/**
 * The state after an update: its base with the journal applied. It is what the engine's own file backend would have written
 * by then (pkg/backend/snapshot.go, v3.259.0), which test/state/journal/corpus.test.ts holds true. Steps that began and did
 * not end stay as pending operations; so do pending creates of the base, which only their cloud can settle. Linear in the
 * number of entries and resources.
 *
 * A journal that contradicts itself counts up to the contradiction. What it says afterwards cannot be placed; but a create
 * that it begins there may have made something, so that it stays as a pending operation whatever became of it.
 *
 * @param entries in any order; they are applied by sequence. Refused begin entries must have been left out.
 */
export function replayJournal(base: StoredDeployment, entries: readonly JournalEntry[], by: ReplayedBy): Replayed {
  const inOrder = [...entries].sort((a, b) => a.sequenceID - b.sequenceID);
  const whole = tryReplay(base, inOrder, by);
  if ("stored" in whole) return whole;
  // References that cannot be resolved show only in the whole, so the last prefix without that fault is searched for.
  let [good, bad] = [0, inOrder.length];
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2);
    if ("stored" in tryReplay(base, inOrder.slice(0, middle), by)) good = middle;
    else bad = middle;
  }
  const prefix = tryReplay(base, inOrder.slice(0, good), by, inOrder.slice(good));
  return { stored: "stored" in prefix ? prefix.stored : base, fault: whole.unresolved };
}

function tryReplay(
  base: StoredDeployment,
  entries: readonly JournalEntry[],
  by: ReplayedBy,
  unplaced: readonly JournalEntry[] = [],
): Replayed | { readonly unresolved: Problem } {
  let refreshed: Refreshed = "not";
  let replay = newReplay(replayBase(base.deployment, base.features?.includes(BYTE_STRING) === true));
  let fault: Problem | undefined;
  try {
    for (const entry of entries) {
      if (fault !== undefined) keepCreate(replay, entry);
      else if (entry.kind === kinds.rebuiltBaseState) replay = newReplay(rebuilt(replay, refreshed, by));
      else fault = faultOf(() => applyEntry(replay, entry));
      if (entry.kind === kinds.success && entry.isRefresh) refreshed = "by steps";
      else if (entry.kind === kinds.refreshSuccess && refreshed === "not") refreshed = "in place";
    }
    for (const entry of unplaced) keepCreate(replay, entry);
    return { stored: stored(rebuilt(replay, refreshed, by)), ...(fault && { fault }) };
  } catch (error) {
    if (!isProblem(error) || error.code !== "invalid-journal") throw error;
    return { unresolved: error };
  }
}

function faultOf(apply: () => void): Problem | undefined {
  try {
    apply();
    return undefined;
  } catch (error) {
    if (!isProblem(error) || error.code !== "invalid-journal") throw error;
    return error;
  }
}

function keepCreate({ begun }: Replay, { kind, operationID, operation, requiresByteString }: JournalEntry): void {
  if (kind !== kinds.begin || operation?.type !== "creating") return;
  begun.set(operationID, { operation, bytes: requiresByteString === true });
}

/** Whether resources were refreshed: each in its place before the steps, or by steps of the program's own run. */
type Refreshed = "not" | "in place" | "by steps";

/** New resources first, then what is left of the base: an order in which nothing precedes what it depends on. */
function rebuilt(replay: Replay, refreshed: Refreshed, by: ReplayedBy): ReplayBase {
  const { deployment: before, pending: pendingBefore } = replay.base;
  const kept = keptOf(replay);
  const pending: KeptOperation[] = [...replay.begun.values()].filter((operation) => operation !== undefined);
  // Of what was pending before, only creates are left to be settled.
  pending.push(...pendingBefore.filter(({ operation }) => operation.type === "creating"));
  const { manifest, secrets_providers, snippets, metadata } = before;
  const deployment = withoutDangling(refreshed, {
    manifest: { time: engineTime(by.now), ...(by.engine ? engineOf(by.engine) : engineIn(manifest)) },
    ...(secrets_providers && { secrets_providers }),
    resources: kept.map(({ resource }) => resource),
    ...(pending.length > 0 && { pending_operations: pending.map(({ operation }) => operation) }),
    metadata: metadata ?? {},
    ...(snippets && snippets.length > 0 && { snippets }),
    ...extensionsOf(replay),
  });
  const resources = deployment.resources ?? [];
  return {
    deployment,
    kept: kept.map(({ bytes, resource }, index) => ({ resource: resources[index] ?? resource, bytes })),
    pending,
  };
}

/**
 * With references by their present names and, after a refresh, without those to what is gone. The file backend asks what is
 * gone after renaming when resources were refreshed in place, and before it when by steps; then a reference to a resource
 * that is renamed in the same update is lost, until the resource that refers is registered too.
 */
function withoutDangling(refreshed: Refreshed, deployment: Deployment): Deployment {
  const rebuild = (of: Deployment): Deployment => ({ ...of, resources: rebuildDependencies(of.resources ?? []) });
  if (refreshed === "not") return normalized(deployment);
  return refreshed === "in place" ? rebuild(normalized(deployment)) : normalized(rebuild(deployment));
}

function keptOf(replay: Replay): readonly Kept[] {
  const left = replay.base.kept.flatMap((kept, index) => {
    if (replay.deletedInBase.has(index)) return [];
    // A resource that was replaced in place carries its own marks.
    return [replay.replacedInBase.get(index) ?? marked(replay, index, kept)];
  });
  return [...replay.made.filter((_, place) => !replay.dropped.has(place)), ...left];
}

function marked({ markedDeleted, markedReplacement }: Replay, index: number, kept: Kept): Kept {
  const [deleted, replaced] = [markedDeleted.has(index), markedReplacement.has(index)];
  if (!deleted && !replaced) return kept;
  const marks = { ...(deleted && { delete: true }), ...(replaced && { pendingReplacement: true }) };
  return { ...kept, resource: { ...kept.resource, ...marks } };
}

function extensionsOf({ extensions, base }: Replay): Pick<Deployment, "extensions"> {
  const known = { ...Object.fromEntries(extensions), ...base.deployment.extensions };
  return Object.keys(known).length > 0 ? { extensions: known } : {};
}

function normalized(deployment: Deployment): Deployment {
  try {
    return normalizeReferences(deployment);
  } catch (cause) {
    const fault = (cause as RangeError).message; // its only error
    throw new Problem("invalid-journal", `The journal cannot be replayed: ${fault}.`, { cause });
  }
}

const BYTE_STRING = "byteString";

/** Without extensions that no resource needs any more, and with the features that a reader must know. */
function stored({ deployment, kept, pending }: ReplayBase): StoredDeployment {
  const { extensions, ...rest } = deployment;
  const resources = kept.map(({ resource }) => resource);
  const needed = neededBy(resources, extensions);
  const features = featuresOf(resources);
  if ([...kept, ...pending].some(({ bytes }) => bytes)) features.add(BYTE_STRING);
  if ((deployment.snippets?.length ?? 0) > 0) features.add("snippets-prototype");
  const written = { ...rest, ...(needed.length > 0 && { extensions: Object.fromEntries(needed) }) };
  // Version 4 is version 3 with a list of features that the reader must know (apitype/core.go).
  if (features.size === 0) return { version: 3, deployment: written };
  return { version: 4, features: [...features].sort(), deployment: written };
}

function neededBy(resources: readonly Resource[], extensions: Deployment["extensions"]) {
  const references = new Set(resources.map(({ extensionRef }) => extensionRef));
  return Object.entries(extensions ?? {}).filter(([reference]) => references.has(reference));
}

const engineIn = ({ magic, version }: Deployment["manifest"]) => ({ magic, version });

/** The magic number of a manifest is a digest of the engine's version (pkg/resource/deploy/manifest.go, NewMagic). */
const engineOf = (version: string) => ({ magic: createHash("sha256").update(version).digest("hex"), version });

/** RFC 3339 as Go writes it: the fraction of a second without trailing zeros (package time, RFC3339Nano). */
const engineTime = (time: Date): string => time.toISOString().replace(/\.?0*Z$/, "Z");
