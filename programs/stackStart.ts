import { getAvailabilityZones } from "@pulumi/aws/getAvailabilityZones.js";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "./blueprint.ts";
import { StackNames } from "./components/stackNames.ts";
import { partitionOf } from "./regions.ts";
import { type ComponentPlace, componentType, createContext, ownershipTags, type StackContext } from "./stackContext.ts";

export interface StackPlan {
  readonly blueprint: string;
  /** The root component's name in its type, such as `GameServers`. */
  readonly component: string;
  readonly placement: Placement;
  /** How many availability zones are asked for; left out, none are looked up. */
  readonly zones?: number;
  /** Left out: in production yes, elsewhere no. */
  readonly deletionProtection?: boolean | undefined;
}

export interface StartedStack {
  readonly root: pulumi.ComponentResource;
  readonly aws: Provider;
  /** Where the stack's components go: under the root, with the region's provider. */
  readonly place: ComponentPlace;
  readonly context: StackContext;
  /** The first zones of the region, by name. */
  readonly zones: readonly string[];
}

/**
 * What every blueprint in AWS begins with: a root, a provider for the region that tags what it makes, the account, and names. Throws
 * RunError when the region has fewer zones than asked for.
 */
export async function startStack(plan: StackPlan): Promise<StartedStack> {
  const { blueprint, placement } = plan;
  const root = new pulumi.ComponentResource(componentType(blueprint, plan.component), blueprint);
  const aws = awsProvider(`${blueprint}-aws`, { blueprint, placement, parent: root });
  const place = { parent: root, providers: [aws] };
  const asking = { parent: root, provider: aws };
  const [identity, zones] = await Promise.all([
    getCallerIdentity({}, asking),
    plan.zones === undefined ? [] : zonesOf(placement.region, plan.zones, asking),
  ]);
  const { suffix } = new StackNames("names", blueprint, place);
  const { deletionProtection } = plan;
  const context = createContext({ blueprint, placement, accountId: identity.accountId, suffix, deletionProtection });
  return { root, aws, place, context, zones };
}

/**
 * The same stack in another region: for the few things that must stand elsewhere, such as what the cloud keeps in one region for all.
 * `purpose` names its provider.
 */
export function inRegion(
  stack: StartedStack,
  { region, purpose }: { readonly region: string; readonly purpose: string },
): Pick<StartedStack, "place" | "context"> {
  const { root, context } = stack;
  const { blueprint } = context;
  const placement = { ...context.placement, region };
  const aws = awsProvider(`${blueprint}-aws-${purpose}`, { blueprint, placement, parent: root });
  return {
    place: { parent: root, providers: [aws] },
    context: { ...context, placement, partition: partitionOf(region) },
  };
}

interface ProviderPlan {
  readonly blueprint: string;
  readonly placement: Placement;
  readonly parent: pulumi.Resource;
}

function awsProvider(name: string, { blueprint, placement, parent }: ProviderPlan): Provider {
  return new Provider(
    name,
    {
      region: placement.region,
      defaultTags: { tags: ownershipTags(blueprint, placement) },
      ...(placement.account === undefined ? {} : { allowedAccountIds: [placement.account] }),
    },
    { parent },
  );
}

/** The first zones of the region, by name: those every account has without asking for them. */
async function zonesOf(region: string, count: number, options: pulumi.InvokeOptions): Promise<readonly string[]> {
  const { names } = await getAvailabilityZones(
    { state: "available", filters: [{ name: "opt-in-status", values: ["opt-in-not-required"] }] },
    options,
  );
  if (names.length < count) {
    throw new pulumi.RunError(
      `${region} has ${names.length} availability zones for this account, zones asks for ${count}: lower it`,
    );
  }
  return names.toSorted().slice(0, count);
}
