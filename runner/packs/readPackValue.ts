/** Signatures of Pulumi's deployment format (sdk/go/common/resource/sig). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const RESOURCE_REFERENCE = "5cf8f73096256a8f31e491e813e4eb8e";

/**
 * Properties as an engine gives them to packs. It replaces a reference to a resource by its id or, where there is none yet, its URN; the SDK for packs does not know references.
 */
export function readPackValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(readPackValue);
  if (typeof value !== "object" || value === null) return value;
  const { [SIGNATURE]: signature, id, urn }: Record<string, unknown> = { ...value };
  if (signature === RESOURCE_REFERENCE) return id ?? urn ?? "";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, readPackValue(item)]));
}
