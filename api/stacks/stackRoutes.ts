import { z } from "zod";
import { accepted, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import { operationSchema } from "../operations/operationSchemas.ts";
import { artefactChoice } from "../stackSets/stackSet.ts";
import { stackView } from "./stack.ts";
import type { StackService } from "./stackService.ts";

const tag = "Stacks";
const ofTeam = z.strictObject({ team: teamParameter });

const startOperation = z
  .strictObject({
    kind: z.enum(["preview", "up", "refresh", "destroy"]),
    blueprintDigest: artefactChoice
      .optional()
      .describe(
        "For a preview: as it would be on that artefact. For an up: moves this stack alone there, forward or back.",
      ),
  })
  .meta({ id: "StartOperation" });

export function stackRoutes(stacks: StackService): readonly Route[] {
  return [list(stacks), show(stacks), start(stacks)];
}

function list(stacks: StackService): Route {
  return reads(
    {
      method: "get",
      path: "/v1/stacks",
      tag,
      summary: "List the stacks of a team, by project and name",
      description: "Those that a stack set asks for and that are not there yet are among them.",
      permission: "read",
      narrowed: "may-ask",
      query: z.strictObject({
        ...pageParameters,
        team: teamParameter,
        stackSet: z.string().optional(),
        target: z.string().optional(),
        region: z.string().optional(),
        project: z.string().optional(),
      }),
      answers: { 200: { description: "A page of stacks.", schema: pageOf(stackView) } },
      problems: ["not-found"],
    },
    async ({ query, caller }, db) => ok(await stacks.list(db, { ...query, caller })),
  );
}

function show(stacks: StackService): Route {
  return reads(
    {
      method: "get",
      path: "/v1/stacks/{stack}",
      tag,
      summary: "Show a stack",
      description: "A stack of another project is named `project%2Fname`.",
      permission: "read",
      narrowed: "may-ask",
      query: ofTeam,
      answers: { 200: { description: "The stack.", schema: stackView } },
    },
    async ({ params, query, caller }, db) => ok(await stacks.get(db, { caller, id: params.stack, team: query.team })),
  );
}

function start(stacks: StackService): Route {
  return changes(
    {
      method: "post",
      path: "/v1/stacks/{stack}/operations",
      action: "operation.start",
      tag,
      summary: "Preview, update, refresh or destroy one stack",
      description: "Operations of one stack run one after another.",
      permission: "change",
      narrowed: "may-ask",
      query: ofTeam,
      body: startOperation,
      answers: { 202: { description: "The operation.", schema: operationSchema } },
      problems: ["invalid-transition", "door-closed", "has-dependents"],
    },
    async ({ params, query, body, caller }, tx) => {
      const named = { caller, id: params.stack, team: query.team };
      const { stack, operation } = await stacks.startOperation(tx, named, body);
      return {
        answer: accepted(`/v1/operations/${operation.id}`, operation),
        subject: `/v1/stacks/${encodeURIComponent(stack.id)}`,
        team: stack.team,
        details: { ...body, operation: operation.id },
      };
    },
  );
}
