/**
 * Thrown when a value is read that a preview does not know yet. The code is the one that other readers of a preview's values
 * throw with, so that properties which guard themselves are understood here too.
 */
class NotKnownYet extends Error {
  readonly code = "unknown-value";
}

/** The engine marks unknown values by type: boolean, number, string, array, asset, archive, object (sdk plugin/rpc.go). */
const sentinels: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

export const isNotKnown = (error: unknown): error is Error =>
  error instanceof Error && "code" in error && error.code === "unknown-value";

/** Whether a value, or one inside it, is not known yet. */
export function holdsUnknown(value: unknown): boolean {
  try {
    if (typeof value !== "object" || value === null) return sentinels.has(value);
    return Object.values(value).some(holdsUnknown);
  } catch (error) {
    if (isNotKnown(error)) return true; // properties that guard themselves
    throw error;
  }
}

export type Path = readonly (string | number)[];

/** The value at a path, undefined where there is none. @throws NotKnownYet */
export function valueAt(properties: unknown, path: Path): unknown {
  let value = properties;
  for (const [depth, key] of path.entries()) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
    if (sentinels.has(value)) throw new NotKnownYet(`${path.slice(0, depth + 1).join(".")} is not known yet`);
  }
  return value ?? undefined;
}
