import { z } from "zod";
import { mayReach } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { newId } from "../base/ids.ts";
import { created, noContent, ok } from "../http/answer.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { absent, teamParameter } from "../http/schemas.ts";
import { addressOf } from "../stacks/stack.ts";
import { teamOf } from "../teams/team.ts";
import { type AllowanceView, allowanceView, createAllowance } from "./allowance.ts";
import { deleteAllowance, findAllowance, findStackKey, insertAllowance, listAllowances } from "./allowanceStore.ts";

const tag = "Allowances";
const MINUTE_MS = 60_000;

/** Permissions for one stack and some minutes to lose from its state what a rule protects (docs/doors.md). */
export function allowanceRoutes(clock: Clock): readonly Route[] {
  return [list(clock), create(clock), withdraw()];
}

function list(clock: Clock): Route {
  return reads(
    {
      method: "get",
      path: "/v1/allowances",
      tag,
      summary: "List the allowances in force, newest first",
      permission: "read",
      query: z.strictObject({ ...pageParameters, team: teamParameter }),
      answers: { 200: { description: "A page of allowances.", schema: pageOf(allowanceView) } },
    },
    async ({ query, caller }, db) =>
      ok(await listAllowances(db, { ...query, team: teamOf(caller, query.team), now: clock.now() })),
  );
}

function create(clock: Clock): Route {
  return changes(
    {
      method: "post",
      path: "/v1/allowances",
      action: "allowance.create",
      tag,
      summary: "Allow a stack's state to lose what is protected, for some minutes",
      description:
        "For state edits and imports, `pulumi refresh` from a laptop, and `pulumi stack rm --force`. Steps of an update are judged as ever.",
      permission: "approve",
      body: createAllowance,
      answers: { 201: { description: "The allowance.", schema: allowanceView } },
      problems: ["not-found"],
    },
    async ({ body, caller }, tx) => {
      const team = teamOf(caller, body.team);
      const reached = mayReach(caller, { team, ...addressOf(body.stack) });
      const stackId = reached ? await findStackKey(tx, team, body.stack) : undefined;
      if (stackId === undefined) throw absent("stack", body.stack);
      const createdAt = clock.now();
      const expiresAt = new Date(createdAt.getTime() + body.expiresInMinutes * MINUTE_MS);
      const id = newId("al");
      const { stack, reason } = body;
      await insertAllowance(tx, { id, team, stackId, reason, givenBy: caller.name, createdAt, expiresAt });
      const shown = { createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
      const view: AllowanceView = { id, team, stack, reason, givenBy: caller.name, ...shown };
      const subject = `/v1/allowances/${id}`;
      const details = { stack, reason, expiresAt: shown.expiresAt };
      return { answer: created(subject, view), subject, team, details };
    },
  );
}

function withdraw(): Route {
  return changes(
    {
      method: "delete",
      path: "/v1/allowances/{id}",
      action: "allowance.withdraw",
      tag,
      summary: "Withdraw an allowance at once",
      permission: "approve",
      answers: { 204: { description: "It is no longer in force." } },
    },
    async ({ params, caller }, tx) => {
      const found = await findAllowance(tx, params.id);
      if (found === undefined || !mayReach(caller, { team: found.team, ...addressOf(found.stack) }))
        throw absent("allowance", params.id);
      await deleteAllowance(tx, params.id);
      const { team, stack } = found;
      return { answer: noContent(), subject: `/v1/allowances/${params.id}`, team, details: { stack } };
    },
  );
}
