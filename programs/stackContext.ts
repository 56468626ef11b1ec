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
  /** The physical name of the thing with that role; unknown until the stack's random suffix is made. */
  readonly name: (kind: NameKind, role: string) => Output<string>;
  /** The tags of the resource with that name: explicit, because rules read a resource's inputs and not its provider's defaults. */
  readonly tags: (name: string) => Readonly<Record<string, string>>;
  /** The tags of a resource whose content cannot be made again. */
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
}

export function createContext({ blueprint, placement, accountId, suffix }: ContextParts): StackContext {
  const production = placement.environment === "production";
  const owned = ownershipTags(blueprint, placement);
  const tags = (name: string) => ({ ...owned, Name: `${placement.stackSet}-${name}` });
  return {
    blueprint,
    placement,
    partition: partitionOf(placement.region),
    accountId,
    production,
    name: (kind, role) =>
      suffix.apply((digits) => physicalName(kind, { stackSet: placement.stackSet, role, suffix: digits })),
    tags,
    storeTags: (name) => (production ? { ...tags(name), "meridian:protected": "true" } : tags(name)),
  };
}
