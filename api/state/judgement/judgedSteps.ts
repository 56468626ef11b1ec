import { type JudgedResource, type KnownResource, readProperties, type Step } from "../../gate/index.ts";
import type { PendingOperation, Resource } from "../deployments/deployment.ts";
import { type OpenCiphertext, openSecrets } from "../secrets/openSecrets.ts";

/** Resources of the state before the update, of the types that rules compare or judge by their old state. */
export type BaseResources = ReadonlyMap<string, Resource>;

/** The name is the last part of a URN; it may hold `::` itself. */
const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** What the state says of the resources that steps are about, whatever the client says of them. */
export interface StepGround {
  readonly base: BaseResources;
  /** The resource that a deletion takes; undefined for one that the update itself has made. */
  readonly stored: (resource: Resource) => Resource | undefined;
  readonly open: OpenCiphertext;
}

/** Whether an engine that deletes it only forgets it (`DeleteStep.Apply`). A component is nothing outside the state. */
export const isRetained = ({ custom, retainOnDelete }: Pick<Resource, "custom" | "retainOnDelete">): boolean =>
  custom === true && retainOnDelete === true;

/**
 * A begun operation as rules see it; undefined for what changes nothing outside the state: reads, the forgetting of a resource
 * that Pulumi only read or that the state says is retained, and imports, of which nobody knows what they bring before they end.
 */
export function judgedStep(
  { resource, type }: PendingOperation,
  { base, stored, open }: StepGround,
): JudgedResource | undefined {
  if (type === "reading" || type === "importing") return undefined;
  if (type === "deleting") {
    const known = stored(resource);
    const before = known ?? resource;
    const forgotten = before.external === true || (known !== undefined && isRetained(known));
    return forgotten ? undefined : judgedResource({ resource: before, step: "delete", before, open });
  }
  const before = base.get(resource.urn);
  return judgedResource({ resource, step: stepOf(type, before !== undefined), before, open });
}

const stepOf = (type: "creating" | "updating", existed: boolean): Step =>
  type === "updating" ? "update" : existed ? "replace" : "create";

/** How an operation is called that no rule was asked of; what Pulumi only reads or forgets changes nothing. */
export function plainStep({ resource, type }: PendingOperation): Step {
  if (type === "reading" || resource.external === true) return "read";
  if (type === "importing") return "import";
  if (type === "deleting" && isRetained(resource)) return "read";
  return type === "creating" ? "create" : type === "updating" ? "update" : "delete";
}

export interface ToJudge {
  readonly resource: Resource;
  readonly step: Step;
  /** Its state before the step; needed for a deletion or a replacement. */
  readonly before: Resource | undefined;
  readonly open: OpenCiphertext;
}

export function judgedResource({ resource, step, before, open }: ToJudge): JudgedResource {
  const { inputs, secrets } = readProperties(opened(resource.inputs, open));
  return {
    urn: resource.urn,
    type: resource.type,
    name: nameOf(resource.urn),
    step,
    inputs,
    secrets,
    protect: resource.protect === true,
    ...(resource.id && { id: resource.id }),
    ...(resource.outputs && { outputs: readProperties(opened(resource.outputs, open)).inputs }),
    ...(resource.propertyDependencies && { propertyDependencies: resource.propertyDependencies }),
    ...(resource.parent && { parent: resource.parent }),
    ...(resource.provider && { provider: resource.provider }),
    ...(before && { old: oldState(before, open) }),
  };
}

export function knownResource(resource: Resource, open: OpenCiphertext): KnownResource {
  const { inputs, secrets } = readProperties(opened(resource.inputs, open));
  return {
    urn: resource.urn,
    type: resource.type,
    name: nameOf(resource.urn),
    ...(resource.id && { id: resource.id }),
    inputs,
    secrets,
    protect: resource.protect === true,
    ...(resource.outputs && { outputs: readProperties(opened(resource.outputs, open)).inputs }),
    ...(resource.propertyDependencies && { propertyDependencies: resource.propertyDependencies }),
  };
}

function oldState(before: Resource, open: OpenCiphertext): NonNullable<JudgedResource["old"]> {
  return {
    inputs: readProperties(opened(before.inputs, open)).inputs,
    outputs: readProperties(opened(before.outputs, open)).inputs,
    protect: before.protect === true,
  };
}

/** Properties are an object, and so is what comes of them; hence the cast. */
const opened = (properties: Resource["inputs"] | null, open: OpenCiphertext): Readonly<Record<string, unknown>> =>
  openSecrets(properties ?? {}, open) as Readonly<Record<string, unknown>>;
