import type { Deployment, PendingOperation, Resource, StoredDeployment } from "../deployments/deployment.ts";
import { featuresOf } from "../deployments/deploymentFeatures.ts";
import { referencesOf } from "./references.ts";

/** What became of a create that was in flight: it made the resource of this id, or nothing. */
export interface Settlement {
  readonly urn: string;
  /** Undefined: it was never made. */
  readonly id: string | undefined;
}

/**
 * The state with pending creates settled. An adopted resource stands where the engine would have put it, right behind what it
 * depends on, and asks to be read from its provider before the next update (`refreshBeforeUpdate`): the provider's Read fills in
 * its outputs, and takes it out again should it not exist. What it replaces is marked as the engine marks it on success
 * (pkg/engine/journal_snapshot.go, createSnapshotMutation, v3.259.0).
 *
 * @returns undefined where an adopted resource has no place: what it depends on is gone
 */
export function settleDeployment(
  stored: StoredDeployment,
  settlements: readonly Settlement[],
): StoredDeployment | undefined {
  const outcome = new Map(settlements.map((settlement) => [settlement.urn, settlement]));
  const left: PendingOperation[] = [];
  let resources: readonly Resource[] | undefined = stored.deployment.resources ?? [];
  for (const operation of stored.deployment.pending_operations ?? []) {
    const settlement = operation.type === "creating" ? outcome.get(operation.resource.urn) : undefined;
    if (settlement === undefined) left.push(operation);
    else if (settlement.id !== undefined)
      resources = resources && adopt(resources, { ...operation.resource, id: settlement.id });
  }
  if (resources === undefined) return undefined;
  const { pending_operations: _, ...rest } = stored.deployment;
  const deployment: Deployment = { ...rest, resources, ...(left.length > 0 && { pending_operations: left }) };
  return withFeatures(stored, deployment);
}

function adopt(resources: readonly Resource[], created: Resource): readonly Resource[] | undefined {
  const replaced = new Set([created.urn, ...(created.aliases ?? [])]);
  const kept = resources.flatMap((resource) => {
    if (!replaced.has(resource.urn) || resource.delete === true) return [resource];
    // Deleted before it was to be made again, or to be deleted now that the new one is there.
    return resource.pendingReplacement === true ? [] : [{ ...resource, delete: true }];
  });
  const place = placeFor(kept, created);
  if (place === undefined) return undefined;
  const adopted = { ...created, outputs: created.inputs ?? {}, refreshBeforeUpdate: true };
  return [...kept.slice(0, place), adopted, ...kept.slice(place)];
}

/** Behind the last of what it refers to; undefined when something of that is missing. */
function placeFor(resources: readonly Resource[], created: Resource): number | undefined {
  const places = referencesOf(created).map(({ urn, id }) =>
    resources.findIndex((one) => one.urn === urn && one.delete !== true && (id === undefined || one.id === id)),
  );
  return places.includes(-1) ? undefined : Math.max(-1, ...places) + 1;
}

/** A feature that only a settled create needed goes unnamed again with the next update; here it is only ever added. */
function withFeatures(stored: StoredDeployment, deployment: Deployment): StoredDeployment {
  const features = new Set([...(stored.features ?? []), ...featuresOf(deployment.resources ?? [])]);
  return features.size === 0 ? { ...stored, deployment } : { version: 4, features: [...features].sort(), deployment };
}
