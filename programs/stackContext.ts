import type { Output, ProviderResource, Resource } from "@pulumi/pulumi";
import type { Placement } from "./blueprint.ts";
import { type NameKind, physicalName } from "./names.ts";
import { type Partition, partitionOf } from "./regions.ts";

/** What every component of one stack is given: where it stands, what it is called, how it is tagged. */
export interface StackContext {
  readonly blueprint: string;
  readonly placement: Placement;
  readonly partition: Partition;
  /** Twelve digits, as the cloud itself says. */
  readonly accountId: string;
  readonly production: boolean;
  /** Whether data stores, cluster and front door refuse to be deleted. */
  readonly deletionProtection: boolean;
  /** The physical name of the thing with that role; unknown until the stack's random suffix is made. */
  readonly name: (kind: NameKind, role: string) => Output<string>;
  /** The tags of the resource with that name: explicit, because rules read a resource's inputs and not its provider's defaults. */
  readonly tags: (name: string) => Readonly<Record<string, string>>;
  /** The tags of a resource whose content cannot be made again: with `meridian:protected`, by which rules refuse its deletion. */
  readonly storeTags: (name: string) => Readonly<Record<string, string>>;
}

/** A component's place among the others; `providers` reach every child. */
export interface ComponentPlace {
  readonly parent: Resource;
  readonly providers: ProviderResource[];
  readonly dependsOn?: Resource[];
}

export function componentType(blueprint: string, component: string): string {
  return `meridian:${blueprint}:${component}`;
}

/** The tags that say whose a resource is. Budgets, rules and cost reports find resources by them. */
export function ownershipTags(blueprint: string, placement: Placement): Readonly<Record<string, string>> {
  return {
    "meridian:owner": placement.owner,
    "meridian:cost-centre": placement.costCentre,
    "meridian:environment": placement.environment,
    "meridian:stack-set": placement.stackSet,
    "meridian:blueprint": blueprint,
  };
}

export interface ContextParts {
  readonly blueprint: string;
  readonly placement: Placement;
  readonly accountId: string;
  readonly suffix: Output<string>;
  /** Left out: in production yes, elsewhere no. */
  readonly deletionProtection: boolean | undefined;
}

export function createContext(parts: ContextParts): StackContext {
  const { blueprint, placement, accountId, suffix } = parts;
  const { stackSet } = placement;
  const production = placement.environment === "production";
  const deletionProtection = parts.deletionProtection ?? production;
  const owned = ownershipTags(blueprint, placement);
  const tags = (name: string) => ({ ...owned, Name: `${stackSet}-${name}` });
  return {
    blueprint,
    placement,
    partition: partitionOf(placement.region),
    accountId,
    production,
    deletionProtection,
    name: (kind, role) => suffix.apply((digits) => physicalName(kind, { stackSet, role, suffix: digits })),
    tags,
    storeTags: (name) => (deletionProtection ? { ...tags(name), "meridian:protected": "true" } : tags(name)),
  };
}
