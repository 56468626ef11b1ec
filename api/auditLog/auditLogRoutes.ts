import { z } from "zod";
import { ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import type { ChainHead } from "./auditChain.ts";
import { auditRecord } from "./auditLog.ts";
import { auditLogStore } from "./auditLogStore.ts";
import { auditVerification, verifyAuditLog } from "./auditVerification.ts";

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

/** `position:hash`, comma between two. */
const heads = z
  .string()
  .regex(/^\d{1,15}:[0-9a-f]{64}(,\d{1,15}:[0-9a-f]{64}){0,99}$/, {
    error: "Give 1 to 100 heads as position:hash with commas between them; a hash is 64 hexadecimal digits.",
  })
  .optional()
  .describe("Heads that were kept elsewhere, as `position:hash`, up to 100 with commas between them.");

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
      query: z.strictObject({ heads }),
      answers: { 200: { description: "What was found.", schema: auditVerification } },
    },
    async ({ query }, db) => ok(await verifyAuditLog(db, readHeads(query.heads))),
  );
}

function readHeads(given: string | undefined): readonly ChainHead[] {
  const texts = given === undefined ? [] : given.split(",");
  return texts.map((text) => {
    const [position, hash = ""] = text.split(":");
    return { position: Number(position), hash };
  });
}
