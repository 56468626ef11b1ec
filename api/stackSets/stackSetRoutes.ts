import { z } from "zod";
import { accepted, ok } from "../http/answer.ts";
import { etagOf } from "../http/etag.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { type Change, changes, type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import { createStackSet, patchStackSet, stackSetView } from "./stackSet.ts";
import type { StackSetService, Started } from "./stackSetService.ts";

export interface StackSetRouteDeps {
  readonly stackSets: StackSetService;
  /** The schema of a rollout, for the document; rollouts know stack sets, and not the other way about. */
  readonly rolloutSchema: z.ZodType;
}

const tag = "Stack sets";
const ofTeam = z.strictObject({ team: teamParameter });

export function stackSetRoutes(deps: StackSetRouteDeps): readonly Route[] {
  return [list(deps), show(deps), create(deps), change(deps), remove(deps)];
}

function list({ stackSets }: StackSetRouteDeps): Route {
  return reads(
    {
      method: "get",
      path: "/v1/stack-sets",
      tag,
      summary: "List the stack sets of a team, by name",
      permission: "read",
      query: z.strictObject({ ...pageParameters, team: teamParameter }),
      answers: { 200: { description: "A page of stack sets.", schema: pageOf(stackSetView) } },
      problems: ["not-found"],
    },
    async ({ query, caller }, db) => {
      const { team, ...page } = query;
      return ok(await stackSets.list(db, { ...page, team, caller }));
    },
  );
}

function show({ stackSets }: StackSetRouteDeps): Route {
  return reads(
    {
      method: "get",
      path: "/v1/stack-sets/{name}",
      tag,
      summary: "Show a stack set",
      permission: "read",
      query: ofTeam,
      answers: { 200: { description: "The stack set; its ETag is its generation.", schema: stackSetView } },
    },
    async ({ params, query, caller }, db) => {
      const found = await stackSets.get(db, { caller, name: params.name, team: query.team });
      return ok(found, { etag: etagOf(found.generation) });
    },
  );
}

function create({ stackSets, rolloutSchema }: StackSetRouteDeps): Route {
  return changes(
    {
      method: "post",
      path: "/v1/stack-sets",
      action: "stack-set.create",
      tag,
      summary: "Ask for stacks: one blueprint in one or more regions",
      permission: "change",
      body: createStackSet,
      answers: { 202: { description: "The rollout that builds them.", schema: rolloutSchema } },
      problems: ["already-exists", "door-closed", "not-found", "dependency-failed", "quota-exceeded"],
    },
    async ({ body, caller }, tx) => {
      const started = await stackSets.create(tx, body, caller);
      return toChange(started, { blueprint: body.blueprint, target: body.target, regions: body.regions });
    },
  );
}

function change({ stackSets, rolloutSchema }: StackSetRouteDeps): Route {
  return changes(
    {
      method: "patch",
      path: "/v1/stack-sets/{name}",
      action: "stack-set.change",
      tag,
      summary: "Change regions or inputs, or move to another artefact of the blueprint",
      description: "A change while a rollout runs waits behind it; one may wait.",
      permission: "change",
      query: ofTeam,
      body: patchStackSet,
      ifMatch: "required",
      answers: { 202: { description: "The rollout that makes it so.", schema: rolloutSchema } },
      problems: [
        "rollout-pending",
        "invalid-transition",
        "door-closed",
        "dependency-failed",
        "has-dependents",
        "quota-exceeded",
      ],
    },
    async ({ params, query, body, ifMatch, caller }, tx) => {
      const started = await stackSets.change(tx, { caller, name: params.name, team: query.team, ifMatch }, body);
      // Which inputs, not what they hold: an input may be somebody's address, and the log outlives the stack set.
      const inputs = Object.keys(body.inputs ?? {});
      const { regions, blueprintDigest } = body;
      return toChange(started, { ...(regions && { regions }), ...(blueprintDigest && { blueprintDigest }), inputs });
    },
  );
}

function remove({ stackSets, rolloutSchema }: StackSetRouteDeps): Route {
  return changes(
    {
      method: "delete",
      path: "/v1/stack-sets/{name}",
      action: "stack-set.delete",
      tag,
      summary: "Tear down the stacks of a stack set",
      description:
        "While that is under way, the same rollout is the answer again; afterwards the name is free. While other stack sets take outputs of it, it stays; once they are being torn down as well, it waits for them region by region.",
      permission: "remove-stacks",
      query: ofTeam,
      ifMatch: "optional",
      answers: { 202: { description: "The rollout that tears them down.", schema: rolloutSchema } },
      problems: ["rollout-pending", "has-dependents"],
    },
    async ({ params, query, ifMatch, caller }, tx) =>
      toChange(await stackSets.remove(tx, { caller, name: params.name, team: query.team, ifMatch }), {}),
  );
}

function toChange({ stackSet, rollout, quotas }: Started, details: Readonly<Record<string, unknown>>): Change {
  return {
    answer: accepted(`/v1/rollouts/${rollout.id}`, rollout),
    subject: `/v1/stack-sets/${stackSet.name}`,
    team: stackSet.team,
    details: { ...details, ...(quotas && { quotas }), rollout: rollout.id },
  };
}
