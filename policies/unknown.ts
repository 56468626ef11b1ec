import { type PropertyPath, pathText } from "./propertyPath.ts";

/** Pulumi's marker of a string not known yet; it stands for a value of any type when a caller builds inputs. */
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** The engine marks unknown values by type: boolean, number, string, array, asset, archive, object (sdk plugin/rpc.go). */
const sentinels: ReadonlySet<unknown> = new Set([
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  UNKNOWN,
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const isUnknown = (value: unknown): boolean =>
  typeof value === "string" && value.length === UNKNOWN.length && sentinels.has(value);

/** Thrown when a rule reads a value that is not known yet. Rules need not catch it. */
export class UnknownValue extends Error {
  readonly code = "unknown-value";
  readonly urn: string;
  readonly path: PropertyPath;

  constructor(urn: string, path: PropertyPath) {
    // Thrown for each value that a first preview does not know: a trace that nobody reads would cost more than most rules.
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 0;
    super(`${pathText(path)} is not known yet`);
    Error.stackTraceLimit = stackTraceLimit;
    this.urn = urn;
    this.path = path;
  }
}

const isContainer = (value: unknown): value is object => typeof value === "object" && value !== null;

const holdsUnknown = (value: unknown): boolean => {
  if (!isContainer(value)) return isUnknown(value);
  for (const key in value) if (holdsUnknown(Reflect.get(value, key))) return true;
  return false;
};

/**
 * Returns the properties in a form in which reading an unknown value throws `UnknownValue`. Properties without unknown
 * values, which is all of them outside a preview, come back as they are: proxies cost time in every rule.
 */
export function guardUnknown<T extends object>(properties: T, urn: string): T {
  return holdsUnknown(properties) ? guarded(properties, urn, []) : properties;
}

function guarded<T extends object>(target: T, urn: string, path: PropertyPath): T {
  return new Proxy(target, {
    get(object, key) {
      const value: unknown = Reflect.get(object, key);
      if (typeof key === "symbol" || !Object.hasOwn(object, key)) return value;
      const segment = Array.isArray(object) && /^\d+$/.test(key) ? Number(key) : key;
      if (isUnknown(value)) throw new UnknownValue(urn, [...path, segment]);
      return isContainer(value) ? guarded(value, urn, [...path, segment]) : value;
    },
  });
}

/** Reads a value that the caller can do without: `undefined` when it is not known yet. */
export function ifKnown<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnknownValue) return undefined;
    throw error;
  }
}

/**
 * Whether the test holds for one of the items. Where it holds for none that is known, and some are not known yet, throws
 * `UnknownValue`: one of those may be it.
 */
export function someKnown<T>(items: readonly T[], test: (item: T) => boolean): boolean {
  if (items.some((item) => ifKnown(() => test(item)) === true)) return true;
  return items.some(test);
}
