import { type OpenCiphertext, openSecrets } from "../secrets/openSecrets.ts";
import { inOrder } from "./canonicalForm.ts";
import type { Deployment, PendingOperation, Resource } from "./deployment.ts";

/**
 * Whether a state that is imported brings nothing from outside: each of its resources is one of the present state, with
 * the same type, id, inputs and outputs, and every pending operation is there already. So are those that `pulumi state
 * delete`, `rename`, `unprotect` and `repair` send, by the same route and in the same words as `pulumi stack import`.
 *
 * @param open opens the stack's ciphertexts: a client may seal the same secret anew
 */
export function isStateEdit(present: Deployment, imported: Deployment, open: OpenCiphertext): boolean {
  const resources = counted((present.resources ?? []).map((resource) => essence(resource, open)));
  const pending = counted((present.pending_operations ?? []).map(named));
  return (
    (imported.resources ?? []).every((resource) => take(resources, essence(resource, open))) &&
    (imported.pending_operations ?? []).every((operation) => take(pending, named(operation)))
  );
}

function essence({ type, custom, id, external, inputs, outputs }: Resource, open: OpenCiphertext): string {
  const content = [openSecrets(inputs ?? {}, open), openSecrets(outputs ?? {}, open)];
  return JSON.stringify(inOrder([type, custom === true, id ?? "", external === true, content]));
}

const named = ({ type, resource }: PendingOperation): string => `${type} ${resource.urn}`;

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

/** Takes one away. @returns false when none is left */
function take(counts: Map<string, number>, key: string): boolean {
  const left = counts.get(key) ?? 0;
  counts.set(key, left - 1);
  return left > 0;
}
