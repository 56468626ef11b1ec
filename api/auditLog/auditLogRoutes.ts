import { z } from "zod";
import { headsParameter, readHeads } from "../chain/headsParameter.ts";
import { chainVerification, verifyChain } from "../chain/verifyChain.ts";
import { ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { auditChainStore } from "./auditChainStore.ts";
import { auditRecord } from "./auditLog.ts";
import { auditLogStore } from "./auditLogStore.ts";

const tag = "Audit log";

export function auditLogRoutes(): readonly Route[] {
  return [list(), verification()];
}

function list(): Route {
  return reads(
    {
      method: "get",
      path: "/v1/audit-log",
      tag,
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
  );
}

function verification(): Route {
  return reads(
    {
      method: "get",
      path: "/v1/audit-log/verification",
      tag,
      summary: "Prove that the audit log was not changed",
      description:
        "Computes the chain of hashes from the first record to the last. A log that somebody changed and chained anew is whole in itself: only a head that was kept elsewhere tells.",
      permission: "administer",
      query: z.strictObject({ heads: headsParameter }),
      answers: { 200: { description: "What was found.", schema: chainVerification("AuditVerification") } },
    },
    async ({ query }, db) => ok(await verifyChain(db, auditChainStore, { heads: readHeads(query.heads) })),
  );
}
