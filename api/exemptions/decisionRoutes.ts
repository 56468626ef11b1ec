import { type Caller, may, maySee, missingPermission } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { Problem } from "../base/problem.ts";
import type { Tx } from "../db/database.ts";
import { ok } from "../http/answer.ts";
import { type Change, changes, type Route } from "../http/route.ts";
import { absent } from "../http/schemas.ts";
import { requireTwoPersons } from "../persons/requireTwoPersons.ts";
import { type ExemptionLimits, type ExemptionStatus, exemptionView } from "./exemption.ts";
import { requireReach } from "./exemptionRules.ts";
import { changeExemption, type ExemptionRow, lockExemption, toView } from "./exemptionStore.ts";

export interface DecisionDeps {
  readonly clock: Clock;
  readonly limits: ExemptionLimits;
}

const common = {
  method: "post",
  tag: "Exemptions",
  answers: { 200: { description: "The exemption as it is now.", schema: exemptionView } },
  problems: ["not-found", "invalid-transition"],
} as const;

/** What may become of an exemption by somebody's word. To change one it is withdrawn, and another asked for. */
export function decisionRoutes(deps: DecisionDeps): readonly Route[] {
  return [approve(deps), reject(deps), withdraw(deps)];
}

function approve(deps: DecisionDeps): Route {
  const { clock } = deps;
  return changes(
    {
      ...common,
      path: "/v1/exemptions/{id}/approve",
      action: "exemption.approve",
      summary: "Approve an exemption that another person asked for",
      description: "In force at once in all processes, or from its `startsAt` on. One for a whole team takes an admin.",
      permission: "approve",
      problems: [...common.problems, "second-person-required", "person-required"],
    },
    async ({ params, caller }, tx) => {
      const row = await open(tx, { id: params.id, caller, now: clock.now() }, ["requested"]);
      const { id, team, requester, requesterKey, stackSet, stack } = row;
      const decider = await requireTwoPersons(tx, caller, { what: `exemption ${id}`, requester, requesterKey });
      if (stackSet === null && stack === null) requireReach(caller, team);
      const now = clock.now();
      const decided = { decidedBy: caller.name, decider, decidedAt: now };
      const startsAt = row.startsAt !== null && row.startsAt > now ? row.startsAt : now;
      const changed = await changeExemption(tx, id, { decision: "approved", startsAt, ...decided });
      return changeOf(deps, changed, { ...caller, person: decider });
    },
  );
}

function reject(deps: DecisionDeps): Route {
  const { clock } = deps;
  return changes(
    {
      ...common,
      path: "/v1/exemptions/{id}/reject",
      action: "exemption.reject",
      summary: "Reject an exemption that was asked for",
      permission: "approve",
    },
    async ({ params, caller }, tx) => {
      const row = await open(tx, { id: params.id, caller, now: clock.now() }, ["requested"]);
      const decided = { decidedBy: caller.name, decider: caller.person, decidedAt: clock.now() };
      return changeOf(deps, await changeExemption(tx, row.id, { decision: "rejected", ...decided }), caller);
    },
  );
}

function withdraw(deps: DecisionDeps): Route {
  const { clock } = deps;
  return changes(
    {
      ...common,
      path: "/v1/exemptions/{id}/withdraw",
      action: "exemption.withdraw",
      summary: "Withdraw an exemption, or the request for one, at once",
      description:
        "By whoever asked for it, or may approve. No step that begins after the answer is let through by it.",
      permission: "read",
    },
    async ({ params, caller }, tx) => {
      const now = clock.now();
      const row = await open(tx, { id: params.id, caller, now }, ["requested", "approved", "active", "exhausted"]);
      if (row.requester !== caller.person && !may(caller, "approve"))
        throw missingPermission(caller, "approve", ", which withdrawing what another person asked for needs");
      const withdrawn = { withdrawnBy: caller.name, withdrawer: caller.person, withdrawnAt: now };
      return changeOf(deps, await changeExemption(tx, row.id, { decision: "withdrawn", ...withdrawn }), caller);
    },
  );
}

interface Asked {
  readonly id: string;
  readonly caller: Caller;
  readonly now: Date;
}

/** The exemption, locked, in one of the states. @throws Problem `not-found`, `invalid-transition` */
async function open(tx: Tx, { id, caller, now }: Asked, from: readonly ExemptionStatus[]): Promise<ExemptionRow> {
  const row = await lockExemption(tx, id);
  if (row === undefined || !maySee(caller, row.team)) throw absent("exemption", id);
  const { status } = toView(row, { now, limits: { longestDays: 0, warnDays: [] } });
  if (from.includes(status)) return row;
  const detail = `The exemption ${id} is ${status}; that is possible while it is ${from.join(" or ")}. Ask for another.`;
  throw new Problem("invalid-transition", detail, { facts: { status } });
}

function changeOf({ clock, limits }: DecisionDeps, row: ExemptionRow, caller: Caller): Change {
  const view = toView(row, { now: clock.now(), limits });
  const { policy, scope, requester, endsAt } = view;
  const details = { policy, scope, requester, person: caller.person, endsAt };
  return { answer: ok(view), subject: `/v1/exemptions/${row.id}`, team: row.team, details };
}
