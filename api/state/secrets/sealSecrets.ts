import { isSecret } from "./openSecrets.ts";

/** Replaces the plaintext (JSON text) of secrets by ciphertext in base64: the way back from `openSecrets`. */
export function sealSecrets(value: unknown, seal: (plaintext: string) => string): unknown {
  if (isSecret(value)) {
    if (!("plaintext" in value) || typeof value.plaintext !== "string") return value;
    const { plaintext, ...signature } = value;
    return { ...signature, ciphertext: seal(plaintext) };
  }
  if (Array.isArray(value)) return value.map((item) => sealSecrets(item, seal));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sealSecrets(item, seal)]));
}
