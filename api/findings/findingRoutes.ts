import { z } from "zod";
import { ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { finding } from "./finding.ts";
import { listFindings } from "./findingStore.ts";

export function findingRoutes(): readonly Route[] {
  return [
    reads(
      {
        method: "get",
        path: "/v1/findings",
        tag: "Decisions",
        summary: "List faults that were found when they stood already, newest first",
        description:
          "What a preview could not know and failed when it was made, and what only a whole stack tells. A page can be shorter than asked for and not be the last.",
        permission: "read",
        narrowed: "may-ask",
        query: z.strictObject({
          ...pageParameters,
          team: teamParameter,
          stack: z
            .string()
            .max(400)
            .optional()
            .describe("As `project/name`, or the name alone of a stack of a stack set."),
          policy: z.string().max(200).optional(),
          status: z.enum(["open", "resolved"]).optional(),
        }),
        answers: { 200: { description: "A page of findings.", schema: pageOf(finding) } },
        problems: ["not-found"],
      },
      async ({ caller, query: { team, ...request } }, db) => {
        const everyTeam = caller.team === undefined && team === undefined;
        return ok(await listFindings(db, { ...request, caller, team: everyTeam ? undefined : teamOf(caller, team) }));
      },
    ),
  ];
}
