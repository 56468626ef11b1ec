import type { JudgeContext, Verdict } from "./judgedResource.ts";

/** A time-boxed, approved permission to break one policy in one scope, as far as a judgement needs it. */
export interface Exemption {
  readonly id: string;
  readonly policy: string;
  /** A member that is absent narrows nothing. */
  readonly scope: {
    readonly team?: string;
    readonly project?: string;
    readonly stack?: string;
    readonly stackSet?: string;
    readonly region?: string;
    /** A pattern of URNs in which `*` stands for any text. */
    readonly urn?: string;
  };
  /** Where the rule gives a figure, the largest one that is let through; what has no figure is not. */
  readonly ceiling?: number;
  readonly reason: string;
  readonly approvedBy: string;
  /** RFC 3339; in force from the one on, and no longer at the other. */
  readonly startsAt: string;
  readonly endsAt: string;
  /** RFC 3339; from here on each verdict that it lets through says that it ends soon. Without it none does. */
  readonly warnsFrom?: string;
}

/** Who is judged, as far as the scope of an exemption goes. */
export type ExemptedPlace = Pick<JudgeContext, "team" | "project" | "stack" | "stackSet" | "region">;

/**
 * The verdicts with those that an exemption covers at this moment let through: they stay, as `exempted`, with the exemption's
 * id. Verdicts of the gate itself (`gate-…`) are never covered.
 */
export function applyExemptions(
  verdicts: readonly Verdict[],
  exemptions: readonly Exemption[],
  place: ExemptedPlace,
  now: Date,
): readonly Verdict[] {
  if (exemptions.length === 0 || verdicts.length === 0) return verdicts;
  const inForce = exemptions.filter((exemption) => isInForce(exemption, now) && coversPlace(exemption, place));
  if (inForce.length === 0) return verdicts;
  return verdicts.map((verdict) => {
    const exemption = inForce.find((candidate) => coversVerdict(candidate, verdict));
    return exemption === undefined ? verdict : exempted(verdict, exemption, now);
  });
}

/** To the millisecond: what is let through now is refused when `endsAt` has come. */
const isInForce = ({ startsAt, endsAt }: Pick<Exemption, "startsAt" | "endsAt">, now: Date): boolean =>
  Date.parse(startsAt) <= now.getTime() && now.getTime() < Date.parse(endsAt);

const placeKeys = ["team", "project", "stack", "stackSet", "region"] as const;

const coversPlace = ({ scope }: Exemption, place: ExemptedPlace): boolean =>
  placeKeys.every((key) => scope[key] === undefined || scope[key] === place[key]);

function coversVerdict({ policy, scope, ceiling }: Exemption, verdict: Verdict): boolean {
  if (policy !== verdict.policy || verdict.policy.startsWith("gate-") || verdict.outcome === "exempted") return false;
  if (scope.urn !== undefined && !matches(scope.urn, verdict.urn)) return false;
  return ceiling === undefined || (verdict.figure !== undefined && verdict.figure <= ceiling);
}

/** Without a regular expression, whose time a pattern could blow up. */
function matches(pattern: string, text: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

const exempted = (verdict: Verdict, exemption: Exemption, now: Date): Verdict => {
  const { id, approvedBy, endsAt, reason } = exemption;
  const warning = expiryWarning(exemption, now);
  return {
    ...verdict,
    level: "advisory",
    outcome: "exempted",
    exemption: id,
    message: `${verdict.message}; exempted until ${endsAt} by ${approvedBy}: ${reason}${warning === undefined ? "" : ` (${warning})`}`,
  };
};

const units = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
] as const;

/** That an exemption ends soon, and how soon in the largest unit of which there is more than one; undefined before its warnings begin, and at its end. */
export function expiryWarning(
  { warnsFrom, endsAt }: Pick<Exemption, "warnsFrom" | "endsAt">,
  now: Date,
): string | undefined {
  const left = Date.parse(endsAt) - now.getTime();
  if (warnsFrom === undefined || now.getTime() < Date.parse(warnsFrom) || left <= 0) return undefined;
  const [unit, length] = units.find(([, ms]) => left >= 2 * ms) ?? ["minute", 60_000];
  const count = Math.max(1, Math.floor(left / length));
  return `expires in ${count} ${unit}${count === 1 ? "" : "s"}: mend what it lets through, or ask for another`;
}
