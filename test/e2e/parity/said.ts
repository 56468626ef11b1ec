import { pack } from "../../../policies/index.ts";

/** What a door says: resource, policy, outcome, level; each once. */
export type Said = readonly string[];

export interface Told {
  readonly policy: string;
  readonly urn: string;
  readonly outcome: string;
  readonly level: string;
}

/** The gate's own verdicts (`gate-…`, on places and the like) are no policy's. */
export const saidBy = (told: readonly Told[]): Said =>
  [
    ...new Set(
      told
        .filter(({ policy }) => !policy.startsWith("gate-"))
        .map(({ policy, urn, outcome, level }) => `${urn.split("::").at(-1)} ${policy} ${outcome} ${level}`),
    ),
  ].toSorted();

interface PolicyEvent {
  readonly policyName: string;
  readonly resourceUrn: string;
  readonly enforcementLevel: string;
  readonly message: string;
}

/** An engine's event has no outcome; the words of the pack tell it. */
const outcomeOf = (message: string): string => {
  if (message.includes("is not known yet")) return "unknown";
  return message.includes("exempted until") ? "exempted" : "fail";
};

/** What a pack in an engine says, by the engine's events. */
export const saidInEvents = (events: readonly { readonly policyEvent?: PolicyEvent }[]): Said =>
  saidBy(
    events.flatMap(({ policyEvent: event }) => {
      if (event === undefined) return [];
      const { policyName: policy, resourceUrn: urn, enforcementLevel: level, message } = event;
      return [{ policy, urn, level, outcome: outcomeOf(message) }];
    }),
  );

/** Who sees a preview by its events, or a state, finds a secret sealed: the policies that look there say that they cannot know. */
export const secretsApart = (said: Said): Said => said.filter((line) => !line.startsWith("secret-tag "));

export const nameIn = (line: string): string => line.split(" ")[0] ?? "";
export const policyOf = (line: string): string => line.split(" ")[1] ?? "";

const namesOf = (kinds: readonly string[]): ReadonlySet<string> =>
  new Set(pack.rules.flatMap(({ name, check }) => ("on" in check && kinds.includes(check.on) ? [name] : [])));
const overSeveral = namesOf(["stack", "whole-stack"]);
const atEachStep = namesOf(["stack"]);

/**
 * An engine's events do not say of which resource a value not known yet is. A rule over several resources that follows references
 * must then say `unknown` where a pack, which is told, can say more; one that is asked at each step says nothing before that step.
 *
 * @param referring names of resources that refer to others
 * @returns the policies that do so, and say nothing else than the pack beside it
 */
export function unsureOf(said: Said, pack: Said, referring: ReadonlySet<string>): ReadonlySet<string> {
  const own = said.filter((line) => !pack.includes(line));
  const candidates = new Set(own.map(policyOf).filter((policy) => overSeveral.has(policy)));
  for (const line of pack) {
    const isSilent = atEachStep.has(policyOf(line)) && referring.has(nameIn(line)) && !said.includes(line);
    if (isSilent) candidates.add(policyOf(line));
  }
  for (const line of own) if (!line.endsWith(" unknown advisory")) candidates.delete(policyOf(line));
  return candidates;
}
