import { isSecret } from "../secrets/openSecrets.ts";
import type { Deployment } from "./deployment.ts";

/** The outputs of the stack's root resource. A secret one, at any depth, is `{"secret": true}`: its value stays sealed. */
export function outputsOf(deployment: Deployment): Readonly<Record<string, unknown>> {
  const root = deployment.resources?.find(({ type }) => type === "pulumi:pulumi:Stack");
  return Object.fromEntries(Object.entries(root?.outputs ?? {}).map(([name, value]) => [name, withoutSecrets(value)]));
}

/** The root resource, components and providers count too, as they do in Pulumi. */
export const resourceCountOf = (deployment: Deployment): number => deployment.resources?.length ?? 0;

function withoutSecrets(value: unknown): unknown {
  if (isSecret(value)) return { secret: true };
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}
