import {
  type Assumptions,
  type PricedResource,
  priceStack,
  providerRegions,
  type StackCost,
} from "../../../pricing/index.ts";
import type { KnownResource } from "../../gate/index.ts";
import type { Resource } from "../deployments/deployment.ts";
import type { OpenCiphertext } from "../secrets/openSecrets.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { knownResource } from "./judgedSteps.ts";

/** By what a stack's resources are priced, beside the resources themselves. */
export interface CostGround {
  /** The stack's region; undefined where neither its target nor its configuration says one. */
  readonly region: string | undefined;
  readonly open: OpenCiphertext;
  /** Of resources that are priced again and again, what was read of them. */
  readonly read?: WeakMap<Resource, KnownResource>;
  readonly assumptions?: Partial<Assumptions> | undefined;
  /** As `priceStack` takes it. */
  readonly only?: ReadonlySet<string>;
}

/**
 * What resources of a state cost a month. What a program only read, and what waits to be deleted, is not the stack's to pay for; what is
 * sealed for somebody else has no price.
 */
export function priceState(
  resources: readonly Resource[],
  { region, open, read, assumptions, only }: CostGround,
): StackCost {
  const standing = resources.filter(({ custom, external, delete: doomed }) => custom && !external && !doomed);
  const placeOf = providerRegions(standing);
  const priced = standing.map(
    (resource): PricedResource => ({
      ...readResource(resource, open, read),
      ...(resource.parent && { parent: resource.parent }),
      ...placeOf(resource.provider),
    }),
  );
  return priceStack(priced, { region, only, ...(assumptions && { assumptions }) });
}

function readResource(resource: Resource, open: OpenCiphertext, read: CostGround["read"]): KnownResource {
  const before = read?.get(resource);
  if (before !== undefined) return before;
  const known = knownResource(resource, open);
  read?.set(resource, known);
  return known;
}

/** The region of a stack: its target's, or what the client's configuration says. */
export const regionOfUpdate = ({ context, update }: Pick<HeldUpdate, "context" | "update">): string | undefined =>
  context.region ?? update.request.config["aws:region"]?.string;
