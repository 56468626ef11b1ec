import { may, missingPermission, type Permitted } from "../base/caller.ts";
import type { Fault } from "../base/problem.ts";
import type { CreateExemption, ExemptionLimits } from "./exemption.ts";
import { DAY_MS } from "./exemption.ts";
import { nearNames } from "./nearNames.ts";

/** What must be known of a policy to exempt from it. */
export interface ExemptiblePolicy {
  readonly name: string;
  /** What the figure is that it holds under a limit; undefined where there is none. */
  readonly figure?: string | undefined;
  /** Whether it judges what would go away: then an exemption is for one use, unless more are asked for. */
  readonly deletion: boolean;
}

export interface RequestFacts {
  readonly policies: readonly ExemptiblePolicy[];
  readonly limits: ExemptionLimits;
  readonly now: Date;
}

/** What is wrong with a request besides its form: all of it at once. */
export function requestFaults(request: CreateExemption, { policies, limits, now }: RequestFacts): readonly Fault[] {
  const policy = policies.find(({ name }) => name === request.policy);
  return [
    ...(policy === undefined ? [unknownPolicy(request.policy, policies)] : ceilingFaults(request, policy)),
    ...timeFaults(request, { limits, now }),
  ];
}

function unknownPolicy(name: string, policies: readonly ExemptiblePolicy[]): Fault {
  if (name.startsWith("gate-"))
    return { pointer: "/policy", detail: `${name} is the gate's own judgement, of which nobody is exempted.` };
  const near = nearNames(
    name,
    policies.map((policy) => policy.name),
  );
  const hint = near.length === 0 ? "GET /v1/policies lists them." : `Is it ${near.join(" or ")}?`;
  return { pointer: "/policy", detail: `There is no policy ${JSON.stringify(name)}. ${hint}` };
}

function ceilingFaults({ ceiling }: CreateExemption, { name, figure }: ExemptiblePolicy): readonly Fault[] {
  if (ceiling === undefined || figure !== undefined) return [];
  const detail = `${name} holds no figure under a limit, so a ceiling would let nothing through. Leave it out.`;
  return [{ pointer: "/ceiling", detail }];
}

function timeFaults(
  { startsAt, endsAt }: CreateExemption,
  { limits, now }: Pick<RequestFacts, "limits" | "now">,
): readonly Fault[] {
  const end = Date.parse(endsAt);
  if (end <= now.getTime()) return [{ pointer: "/endsAt", detail: `${endsAt} is over. Give a time to come, in UTC.` }];
  const latest = new Date(now.getTime() + limits.longestDays * DAY_MS);
  if (end > latest.getTime()) {
    const detail = `${endsAt} is more than ${limits.longestDays} days away. Give ${latest.toISOString()} at the latest.`;
    return [{ pointer: "/endsAt", detail }];
  }
  if (startsAt !== undefined && Date.parse(startsAt) >= end)
    return [{ pointer: "/startsAt", detail: `${startsAt} is not before its end, ${endsAt}.` }];
  return [];
}

/** @throws Problem `forbidden` where the caller may not approve what is for every stack of a team */
export function requireReach(caller: Permitted, team: string): void {
  if (may(caller, "administer")) return;
  throw missingPermission(caller, "administer", `, which an exemption for all of ${team} needs`);
}
