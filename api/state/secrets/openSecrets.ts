export const SIGNATURE = "4dabf18193072939515e22adb298388d";
/** What marks a secret in Pulumi's deployment format (sdk/go/common/resource/sig). */
export const SECRET = "1b47061264138c4ac30d75fd1eb44270";

interface Secret {
  readonly ciphertext?: unknown;
  readonly plaintext?: unknown;
}

export function isSecret(value: unknown): value is Secret {
  return typeof value === "object" && value !== null && SIGNATURE in value && value[SIGNATURE] === SECRET;
}

/** Opens a ciphertext in base64; undefined where it cannot be opened. */
export type OpenCiphertext = (ciphertext: string) => string | undefined;

/**
 * Replaces the ciphertext of secrets by their plaintext (JSON text), so that rules can read them. What cannot be opened,
 * as under a passphrase or another service's key, stays sealed: rules find it unknown, and a mandatory rule that needs it
 * refuses.
 */
export function openSecrets(value: unknown, open: OpenCiphertext): unknown {
  if (isSecret(value)) {
    const { ciphertext, plaintext: told } = value;
    if (typeof told === "string" && !isJson(told)) return { [SIGNATURE]: SECRET, ciphertext }; // none that an engine reads either
    const plaintext = typeof ciphertext === "string" ? open(ciphertext) : undefined;
    return plaintext !== undefined && isJson(plaintext) ? { [SIGNATURE]: SECRET, plaintext } : value;
  }
  if (Array.isArray(value)) return value.map((item) => openSecrets(item, open));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, openSecrets(item, open)]));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
