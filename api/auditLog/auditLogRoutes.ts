import { z } from "zod";
import { ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { auditRecord } from "./auditLog.ts";
import { auditLogStore } from "./auditLogStore.ts";

export function auditLogRoutes(): readonly Route[] {
  return [
    reads(
      {
        method: "get",
        path: "/v1/audit-log",
        tag: "Audit log",
        summary: "List who did what, newest first",
        description: "An admin who names no team sees the records of all of them, and those of no team.",
        permission: "read",
        query: z.strictObject({ ...pageParameters, team: teamParameter }),
        answers: { 200: { description: "A page of records.", schema: pageOf(auditRecord) } },
        problems: ["not-found"],
      },
      async ({ caller, query }, db) => {
        const everyTeam = caller.team === undefined && query.team === undefined;
        const team = everyTeam ? undefined : teamOf(caller, query.team);
        return ok(await auditLogStore.list(db, { ...query, team }));
      },
    ),
  ];
}
