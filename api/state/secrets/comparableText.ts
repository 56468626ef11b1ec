import { inOrder } from "../deployments/canonicalForm.ts";
import { isSecret, type OpenCiphertext, SECRET, SIGNATURE } from "./openSecrets.ts";

/**
 * Text that is equal for equal properties: keys in order, secrets opened, since a client seals the same value anew each
 * time it sends it. What cannot be opened is taken as equal to anything else that cannot: no rule could read it before either.
 */
export function comparableText(value: unknown, open: OpenCiphertext): string {
  return JSON.stringify(inOrder(comparable(value, open)));
}

function comparable(value: unknown, open: OpenCiphertext): unknown {
  if (isSecret(value)) {
    const { ciphertext, plaintext } = value as { readonly ciphertext?: unknown; readonly plaintext?: unknown }; // a secret has one of them
    const text = typeof ciphertext === "string" ? open(ciphertext) : plaintext;
    return { [SIGNATURE]: SECRET, text: text ?? "sealed" }; // marked as one: no plain property may pass for it
  }
  if (Array.isArray(value)) return value.map((item) => comparable(item, open));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, comparable(item, open)]));
}
