import { z } from "zod";
import { type Caller, maySee } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import type { Database, Tx } from "../db/database.ts";
import { created, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { invalidRequest } from "../http/parse.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { absent, teamParameter, thingName } from "../http/schemas.ts";
import { requirePerson } from "../persons/requireTwoPersons.ts";
import { addressOf } from "../stacks/stack.ts";
import { teamOf } from "../teams/team.ts";
import { requireTeam } from "../teams/teamStore.ts";
import { type DecisionDeps, decisionRoutes } from "./decisionRoutes.ts";
import { type CreateExemption, createExemption, exemptionStatuses, exemptionView } from "./exemption.ts";
import { type ExemptiblePolicy, requestFaults } from "./exemptionRules.ts";
import { findExemption, insertExemption, listExemptions, toView } from "./exemptionStore.ts";

export interface ExemptionDeps extends DecisionDeps {
  readonly clock: Clock;
  /** The policies that a team's stacks are judged by. */
  readonly policiesOf: (db: Database, team: string) => Promise<readonly ExemptiblePolicy[]>;
}

const tag = "Exemptions";

/** Time-boxed permissions to break one policy in one scope: asked for by one person, approved by another (docs/exemptions.md). */
export function exemptionRoutes(deps: ExemptionDeps): readonly Route[] {
  return [list(deps), show(deps), ask(deps), ...decisionRoutes(deps)];
}

const days = (what: string) => z.coerce.number().int().min(1).max(365).optional().describe(what);
const yes = z
  .enum(["true", "false"])
  .transform((text) => text === "true")
  .optional();

function list({ clock, limits }: ExemptionDeps): Route {
  return reads(
    {
      method: "get",
      path: "/v1/exemptions",
      tag,
      summary: "List exemptions, newest first",
      permission: "read",
      query: z.strictObject({
        ...pageParameters,
        team: teamParameter,
        policy: z.string().max(200).optional(),
        stackSet: thingName.optional(),
        stack: z.string().max(210).optional().describe("The stack's id, as in `/v1/stacks`."),
        status: z.enum(exemptionStatuses).optional(),
        unused: yes.describe("Those that were approved and have never let anything through."),
        unusedForDays: days("Those in force that have let nothing through for so many days."),
        expiringInDays: days("Those in force that end within so many days."),
      }),
      answers: { 200: { description: "A page of exemptions.", schema: pageOf(exemptionView) } },
    },
    async ({ query, caller }, db) => {
      const team = teamOf(caller, query.team);
      await requireTeam(db, team);
      return ok(await listExemptions(db, { ...query, team }, { now: clock.now(), limits }));
    },
  );
}

function show({ clock, limits }: ExemptionDeps): Route {
  return reads(
    {
      method: "get",
      path: "/v1/exemptions/{id}",
      tag,
      summary: "Show an exemption",
      permission: "read",
      answers: { 200: { description: "The exemption.", schema: exemptionView } },
    },
    async ({ params, caller }, db) => {
      const row = await findExemption(db, params.id);
      if (row === undefined || !maySee(caller, row.team)) throw absent("exemption", params.id);
      return ok(toView(row, { now: clock.now(), limits }));
    },
  );
}

function ask({ clock, limits, policiesOf }: ExemptionDeps): Route {
  return changes(
    {
      method: "post",
      path: "/v1/exemptions",
      action: "exemption.request",
      tag,
      summary: "Ask for an exemption",
      description: "It lets nothing through until another person has approved it.",
      permission: "change",
      body: createExemption,
      answers: { 201: { description: "It waits for another person.", schema: exemptionView } },
      problems: ["not-found", "person-required"],
    },
    async ({ body, caller }, tx) => {
      requirePerson(caller, "an exemption");
      const team = teamOf(caller, body.team);
      await requireTeam(tx, team);
      const now = clock.now();
      const policies = await policiesOf(tx, team);
      const faults = requestFaults(body, { policies, limits, now });
      if (faults.length > 0) throw invalidRequest(faults);
      await requireScope(tx, team, body.scope);
      const deletion = policies.find(({ name }) => name === body.policy)?.deletion === true;
      const row = await insertExemption(tx, {
        id: newId("ex"),
        team,
        asked: body,
        maxUses: body.maxUses ?? (deletion ? 1 : undefined),
        ...requesterOf(caller),
        createdAt: now,
      });
      const view = toView(row, { now, limits });
      const subject = `/v1/exemptions/${row.id}`;
      const { policy, scope, reason, endsAt, maxUses } = view;
      const details = { policy, scope, reason, endsAt, person: caller.person, ...(maxUses && { maxUses }) };
      return { answer: created(subject, view), subject, team, details };
    },
  );
}

const requesterOf = ({ id, name, person }: Caller) => ({ requestedBy: name, requester: person, requesterKey: id });

/** What does not exist is a slip of the pen: an exemption for it would never let anything through. */
async function requireScope(tx: Tx, team: string, { stackSet, stack }: CreateExemption["scope"]): Promise<void> {
  if (stackSet !== undefined) {
    const sets = tx.selectFrom("stackSets").select("id").where("team", "=", team).where("name", "=", stackSet);
    if ((await sets.where("deletedAt", "is", null).executeTakeFirst()) === undefined)
      throw absent("stack set", stackSet);
  }
  if (stack !== undefined) {
    const { project, name } = addressOf(stack);
    const stacks = tx.selectFrom("stacks").select("id").where("team", "=", team).where("project", "=", project);
    if ((await stacks.where("name", "=", name).executeTakeFirst()) === undefined) throw absent("stack", stack);
  }
}
