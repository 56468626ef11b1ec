import type { Exemption } from "./exemption.ts";

const placeKeys = ["team", "project", "stack", "stackSet", "region", "urn"] as const;
const isText = (value: unknown): value is string => typeof value === "string" && value !== "";
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isMoment = (value: unknown): value is string => isText(value) && !Number.isNaN(Date.parse(value));

/**
 * Takes an exemption as it travels in a bundle. Strictly: a member that is misspelt would widen what it narrows.
 *
 * @returns what is wrong, where something is
 */
export function readExemption(policy: string, given: unknown): Exemption | string {
  if (!isObject(given)) return "must be an object";
  const {
    id,
    policy: named = policy,
    scope = {},
    ceiling,
    reason,
    approvedBy,
    startsAt,
    endsAt,
    warnsFrom,
    ...rest
  } = given;
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) return `has ${JSON.stringify(unknown)}, which no exemption has`;
  if (named !== policy) return `is of the policy ${JSON.stringify(named)}`;
  if (!isText(id) || !isText(reason) || !isText(approvedBy)) return "must have the texts id, reason and approvedBy";
  if (!isMoment(startsAt) || !isMoment(endsAt)) return "must have startsAt and endsAt as RFC 3339 times";
  if (warnsFrom !== undefined && !isMoment(warnsFrom)) return "has a warnsFrom that is no RFC 3339 time";
  if (ceiling !== undefined && typeof ceiling !== "number") return "has a ceiling that is no number";
  if (!isObject(scope)) return "has a scope that is no object";
  const [wrong] = Object.entries(scope).filter(
    ([key, value]) => !(placeKeys as readonly string[]).includes(key) || !isText(value),
  );
  if (wrong !== undefined)
    return `has ${JSON.stringify(wrong[0])} in its scope, which must hold texts of ${placeKeys.join(", ")}`;
  return {
    id,
    policy,
    scope,
    reason,
    approvedBy,
    startsAt,
    endsAt,
    ...(ceiling !== undefined && { ceiling }),
    ...(warnsFrom !== undefined && { warnsFrom }),
  };
}
