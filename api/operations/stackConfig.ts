/** Where and for whom a stack is built, as its configuration says it. */
export interface StackPlacement {
  readonly team: string;
  readonly stackSet: string;
  readonly region: string;
  readonly target: {
    readonly name: string;
    readonly cloud: string;
    readonly account: string;
    readonly environment: string;
  };
  readonly blueprint: string;
  readonly inputs: unknown;
}

/**
 * The configuration of a service-made stack, as `pulumi up` reads it (API.md, "Stack config"). The team stands for owner
 * and cost centre until a stack set can say otherwise.
 */
export function stackConfig(placement: StackPlacement): Readonly<Record<string, string>> {
  const { team, stackSet, region, target, blueprint, inputs } = placement;
  return {
    "aws:region": region,
    "meridian:blueprint": blueprint,
    "meridian:inputs": JSON.stringify(inputs),
    "meridian:stackSet": stackSet,
    "meridian:target": target.name,
    "meridian:cloud": target.cloud,
    "meridian:account": target.account,
    "meridian:environment": target.environment,
    "meridian:owner": team,
    "meridian:costCentre": team,
  };
}

export function stackName(placement: { stackSet: string; target: string; region: string }): string {
  return `${placement.stackSet}.${placement.target}.${placement.region}`;
}

/** The project of every stack that the service makes; it is in their URNs for ever. */
export const PROJECT = "meridian";

/** Where the stack may make things beside its own region, as the gate reads it; empty where it may not. */
export function otherRegionsTag(regions: readonly string[]): Readonly<Record<string, string>> {
  return { "meridian:other-regions": regions.join(",") };
}

/** Tags that only the service writes; rules read the environment from them (API.md, "Stack config"). */
export function stackTags({
  stackSet,
  target,
  team,
  region,
}: Omit<StackPlacement, "blueprint" | "inputs">): Readonly<Record<string, string>> {
  return {
    "meridian:stack-set": stackSet,
    "meridian:target": target.name,
    "meridian:cloud": target.cloud,
    "meridian:environment": target.environment,
    "meridian:region": region,
    "meridian:team": team,
  };
}
