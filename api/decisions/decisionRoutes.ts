import { z } from "zod";
import type { Caller } from "../base/caller.ts";
import { headsParameter, readHeads } from "../chain/headsParameter.ts";
import { chainVerification } from "../chain/verifyChain.ts";
import { ok } from "../http/answer.ts";
import { pageOf } from "../http/paging.ts";
import { type Route, reads } from "../http/route.ts";
import { teamOf } from "../teams/team.ts";
import { decision, decisionFilter, decisionListFilter } from "./decision.ts";
import { listDecisions } from "./listDecisions.ts";
import { verifyLedger } from "./verifyLedger.ts";

const tag = "Decisions";
const page = { 200: { description: "A page of decisions.", schema: pageOf(decision) } };
const short = "A page can be shorter than asked for and not be the last.";

/** What a decision needs to know of operations. */
interface Operations {
  /** @throws Problem `not-found` for one that the caller does not see. */
  get(id: string, caller: Caller): Promise<{ readonly id: string }>;
}

export function decisionRoutes(operations: Operations): readonly Route[] {
  return [list(), ofOperation(operations), verification()];
}

function list(): Route {
  return reads(
    {
      method: "get",
      path: "/v1/decisions",
      tag,
      summary: "List what each rule said of each resource, newest first",
      description: short,
      permission: "read",
      narrowed: "may-ask",
      query: z.strictObject(decisionListFilter),
      answers: page,
      problems: ["not-found"],
    },
    async ({ caller, query: { stack, team, ...request } }, db) => {
      const everyTeam = caller.team === undefined && team === undefined;
      const rows = {
        team: everyTeam ? undefined : teamOf(caller, team),
        stack: stack === undefined || stack.includes("/") ? stack : `meridian/${stack}`,
      };
      return ok(await listDecisions(db, { ...request, caller }, { rows, direction: "desc" }));
    },
  );
}

function ofOperation(operations: Operations): Route {
  return reads(
    {
      method: "get",
      path: "/v1/operations/{id}/decisions",
      tag,
      summary: "List what each rule said of each resource in an operation, in the order in which it was judged",
      description: short,
      permission: "read",
      narrowed: "may-ask",
      query: z.strictObject(decisionFilter),
      answers: page,
      problems: ["not-found"],
    },
    async ({ params, query, caller }, db) => {
      const { id } = await operations.get(params.id, caller);
      return ok(await listDecisions(db, { ...query, caller }, { rows: { operation: id }, direction: "asc" }));
    },
  );
}

function verification(): Route {
  return reads(
    {
      method: "get",
      path: "/v1/decisions/verification",
      tag,
      summary: "Prove that the ledger of decisions was not changed",
      description:
        "Computes the chain of hashes from the first row to the last. A ledger that somebody changed and chained anew is whole in itself: only a head that was kept elsewhere tells.",
      permission: "administer",
      query: z.strictObject({ heads: headsParameter }),
      answers: { 200: { description: "What was found.", schema: chainVerification("LedgerVerification") } },
    },
    async ({ query }, db) => ok(await verifyLedger(db, readHeads(query.heads))),
  );
}
