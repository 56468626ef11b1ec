import { holdsUnknown } from "./knownValue.ts";
import type { PricedResource } from "./pricedResource.ts";

/** As much of a provider as its region needs, among other resources. */
interface Registered {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: Readonly<Record<string, unknown>> | undefined;
  readonly outputs?: Readonly<Record<string, unknown>> | undefined;
}

/** Where a resource's provider leads: `elsewhere` is a region that nobody knows, and so not the stack's. */
export type ProviderPlace = Pick<PricedResource, "region" | "elsewhere">;

const AWS_PROVIDER = "pulumi:providers:aws";
const nothing: ProviderPlace = {};

/**
 * Where the providers of AWS among some resources lead.
 *
 * A provider that the engine made by itself is configured as the stack is, so where it says no region the stack's holds. One that the
 * program made takes its region from its arguments or from the client's environment, never from the stack's configuration.
 *
 * @returns asked with what a resource says of its provider: the provider's URN and, behind the last `::`, its id
 */
export function providerRegions(resources: readonly Registered[]): (provider: string | undefined) => ProviderPlace {
  const places = new Map<string, ProviderPlace>();
  for (const { urn, type, inputs, outputs } of resources)
    if (type === AWS_PROVIDER) places.set(urn, placeOf(urn, inputs?.["region"] || outputs?.["region"]));
  return (provider) => (provider && places.get(provider.slice(0, provider.lastIndexOf("::")))) || nothing;
}

function placeOf(urn: string, region: unknown): ProviderPlace {
  if (typeof region === "string" && region !== "" && !holdsUnknown(region)) return { region };
  return region === undefined && byTheEngine(urn) ? nothing : { elsewhere: true };
}

/** The engine calls its own `default`, `default_7_16_0` (pulumi/pkg, resource/deploy/providers/reference.go). */
const byTheEngine = (urn: string): boolean => /::default(?:_[^:]*)?$/.test(urn);
