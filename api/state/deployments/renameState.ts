import { isSecret, SIGNATURE } from "../secrets/openSecrets.ts";
import type { Deployment, PendingOperation, Resource } from "./deployment.ts";

interface Name {
  readonly project: string;
  readonly name: string;
}

/** Signature of a reference to another resource inside a value (sdk/go/common/resource/sig). */
const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";
const ROOT_TYPE = "pulumi:pulumi:Stack";

/**
 * A stack's state under another name. Every URN begins with the names of stack and project, and the root resource is called
 * after both; an engine that found the old ones would take all resources for strange, make them anew and delete the present
 * ones. The rules are RenameStack's (pkg/resource/edit/operations.go). What is sealed stays as it is.
 */
export function renameState(deployment: Deployment, from: Name, to: Name): Deployment {
  const rename = (urn: string): string => renameUrn(urn, from, to);
  const provider = deployment.secrets_providers;
  return {
    ...deployment,
    ...(deployment.resources && { resources: deployment.resources.map((resource) => renamed(resource, rename)) }),
    ...(deployment.pending_operations && {
      pending_operations: deployment.pending_operations.map(
        (operation): PendingOperation => ({ ...operation, resource: renamed(operation.resource, rename) }),
      ),
    }),
    ...(provider?.type === "service" && {
      // an object, as every service secrets manager writes it
      secrets_providers: { ...provider, state: { ...(provider.state as object), project: to.project, stack: to.name } },
    }),
  };
}

/** `urn:pulumi:<stack>::<project>::<types>::<name>`; the name may hold `::` itself. */
function renameUrn(urn: string, from: Name, to: Name): string {
  const [stack, project, types, ...name] = urn.split("::");
  if (stack !== `urn:pulumi:${from.name}` || project !== from.project || types === undefined) return urn;
  const last = types === ROOT_TYPE ? [`${to.project}-${to.name}`] : name;
  return [`urn:pulumi:${to.name}`, to.project, types, ...last].join("::");
}

function renamed(resource: Resource, rename: (urn: string) => string): Resource {
  const one = (member: "parent" | "deletedWith" | "viewOf" | "provider", change = rename) => {
    const value = resource[member];
    return value ? { [member]: change(value) } : {};
  };
  const all = (member: "dependencies" | "aliases" | "replaceWith") => {
    const value = resource[member];
    return value ? { [member]: value.map(rename) } : {};
  };
  const { propertyDependencies, inputs, outputs, replacementTrigger } = resource;
  return {
    ...resource,
    urn: rename(resource.urn),
    ...one("parent"),
    ...one("deletedWith"),
    ...one("viewOf"),
    ...one("provider", (reference) => renameProvider(reference, rename)),
    ...all("dependencies"),
    ...all("aliases"),
    ...all("replaceWith"),
    ...(propertyDependencies && {
      propertyDependencies: Object.fromEntries(
        Object.entries(propertyDependencies).map(([name, urns]) => [name, (urns ?? []).map(rename)]),
      ),
    }),
    ...(inputs && { inputs: renameIn(inputs, rename) }),
    ...(outputs && { outputs: renameIn(outputs, rename) }),
    ...(replacementTrigger !== undefined && { replacementTrigger: renameIn(replacementTrigger, rename) }),
  };
}

/** `<URN>::<id>`; an id holds no `::`. */
function renameProvider(reference: string, rename: (urn: string) => string): string {
  const at = reference.lastIndexOf("::");
  return `${rename(reference.slice(0, at))}${reference.slice(at)}`;
}

function renameIn<T>(value: T, rename: (urn: string) => string): T {
  // Each branch gives back the shape that it was given, hence the casts.
  if (Array.isArray(value)) return value.map((item) => renameIn(item, rename)) as T;
  if (typeof value !== "object" || value === null || isSecret(value)) return value;
  const reference = SIGNATURE in value && value[SIGNATURE] === RESOURCE_REFERENCE;
  const entries = Object.entries(value).map(([key, item]) => [
    key,
    reference && key === "urn" && typeof item === "string" ? rename(item) : renameIn(item, rename),
  ]);
  return Object.fromEntries(entries) as T;
}
