import { readProperties } from "../../gate/index.ts";
import type { Deployment, Resource } from "../deployments/deployment.ts";
import { type OpenCiphertext, openSecrets } from "../secrets/openSecrets.ts";
import type { Suspect } from "../stacks/stackRecord.ts";
import { providerReference } from "./references.ts";

type Properties = Readonly<Record<string, unknown>>;

/** A create of which it is known that it began, and not how it ended; with all that it takes to look for what it made. */
export interface PendingCreate {
  readonly urn: string;
  readonly type: string;
  /** A component is made by no provider. */
  readonly custom: boolean;
  /** In plain, secrets opened: for asking the cloud only. */
  readonly inputs: Properties;
  /** The same of the provider instance; undefined where the state does not have it. */
  readonly provider: Properties | undefined;
  /** No earlier than this did it begin; undefined for one that came with an imported state. */
  readonly since: Date | undefined;
  /** Ids of resources of its type that the state has: none of them is what it made. */
  readonly knownIds: readonly string[];
  /** Whether its inputs place it in, or on, something that this very stack has made. */
  readonly withinOwn: boolean;
}

/** The pending creates of a state. */
export function pendingCreatesOf(
  deployment: Deployment,
  dated: readonly Suspect[],
  open: OpenCiphertext,
): readonly PendingCreate[] {
  const resources = deployment.resources ?? [];
  const since = new Map(dated.map((suspect) => [suspect.urn, suspect.since]));
  return (deployment.pending_operations ?? [])
    .filter(({ type }) => type === "creating")
    .map(({ resource }) => {
      const { urn, type } = resource;
      const at = since.get(urn);
      return {
        urn,
        type,
        custom: resource.custom === true,
        inputs: plain(resource.inputs, open),
        provider: providerOf(resource, resources, open),
        since: at === undefined ? undefined : new Date(at),
        knownIds: resources.flatMap((one) => (one.type === type && one.id !== undefined ? [one.id] : [])),
        withinOwn: isWithinOwn(resource, resources),
      };
    });
}

/** Properties are an object, and so is what comes of them; hence the cast. */
const plain = (properties: Resource["inputs"] | null, open: OpenCiphertext): Properties =>
  readProperties(openSecrets(properties ?? {}, open) as Properties).inputs;

function providerOf(resource: Resource, all: readonly Resource[], open: OpenCiphertext): Properties | undefined {
  if (!resource.provider) return undefined;
  const { urn, id } = providerReference(resource.provider);
  const found = all.find((one) => one.urn === urn && one.id === id);
  return found && plain(found.inputs, open);
}

/** An input that was computed from a resource of the state, and is that one's id or ARN. */
function isWithinOwn({ inputs, propertyDependencies }: Resource, resources: readonly Resource[]): boolean {
  return Object.entries(propertyDependencies ?? {}).some(([property, sources]) => {
    const value = inputs?.[property];
    return resources.some(
      ({ urn, id, outputs, custom }) =>
        custom === true &&
        sources?.includes(urn) &&
        typeof value === "string" &&
        [id, outputs?.["arn"]].includes(value),
    );
  });
}
