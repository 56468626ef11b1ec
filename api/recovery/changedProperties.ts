const SIGNATURE = "4dabf18193072939515e22adb298388d";

interface Bags {
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/**
 * The properties that a state and a cloud have differently, as `inputs.tags`. Whether a value counts as a secret does not
 * matter, only what it is; one that is sealed by somebody else cannot be compared and counts as the same.
 */
export function changedProperties(stated: Bags, found: Bags): readonly string[] {
  return (["inputs", "outputs"] as const).flatMap((bag) => {
    const [before, now] = [stated[bag] ?? {}, found[bag] ?? {}];
    const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].sort();
    return names.filter((name) => !isSame(before[name], now[name])).map((name) => `${bag}.${name}`);
  });
}

function isSame(one: unknown, other: unknown): boolean {
  const [a, b] = [unwrapped(one), unwrapped(other)];
  if (a === unreadable || b === unreadable) return true;
  if (isAbsent(a) || isAbsent(b)) return isAbsent(a) && isAbsent(b);
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, at) => isSame(item, b[at]));
  }
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  return [...new Set([...left.keys(), ...right.keys()])].every((name) => isSame(left.get(name), right.get(name)));
}

/** An engine leaves a property that is null out of its state, or not: both say that there is none. */
const isAbsent = (value: unknown): value is undefined | null => value === undefined || value === null;

const unreadable = Symbol("sealed by somebody else");

function unwrapped(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !(SIGNATURE in value)) return value;
  if ("plaintext" in value && typeof value.plaintext === "string") return unwrapped(JSON.parse(value.plaintext));
  return "ciphertext" in value ? unreadable : value;
}

/** What the cloud has, with everything marked as a secret that the state had as one. */
export function keepingSecrets(stated: unknown, found: unknown): unknown {
  const before = secretIn(stated);
  if (before !== undefined) {
    return secretIn(found) ?? { [SIGNATURE]: before[SIGNATURE], plaintext: JSON.stringify(found ?? null) };
  }
  if (Array.isArray(stated) && Array.isArray(found)) return found.map((item, at) => keepingSecrets(stated[at], item));
  if (!isBag(stated) || !isBag(found) || SIGNATURE in found) return found;
  return Object.fromEntries(Object.entries(found).map(([name, item]) => [name, keepingSecrets(stated[name], item)]));
}

const isBag = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function secretIn(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return isBag(value) && SIGNATURE in value && ("plaintext" in value || "ciphertext" in value) ? value : undefined;
}
