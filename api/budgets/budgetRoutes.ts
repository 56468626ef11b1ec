import { z } from "zod";
import { created, noContent, ok } from "../http/answer.ts";
import { etagOf } from "../http/etag.ts";
import { pageOf, pageParameters } from "../http/paging.ts";
import { changes, type Route, reads } from "../http/route.ts";
import { teamParameter } from "../http/schemas.ts";
import { teamOf } from "../teams/team.ts";
import { type BudgetView, budgetView, createBudget, patchBudget, transactionView } from "./budget.ts";
import type { BudgetService } from "./budgetService.ts";
import { microsOf } from "./money.ts";
import { listTransactions } from "./transactionList.ts";
import { verifyBooks } from "./verifyBooks.ts";

const tag = "Budgets";

const verification = z
  .object({ balanced: z.boolean(), faults: z.array(z.string()) })
  .meta({ id: "BudgetVerification" });

export function budgetRoutes(budgets: BudgetService): readonly Route[] {
  return [
    list(budgets),
    verify(),
    show(budgets),
    transactions(budgets),
    create(budgets),
    change(budgets),
    remove(budgets),
  ];
}

function list(budgets: BudgetService): Route {
  return reads(
    {
      method: "get",
      path: "/v1/budgets",
      tag,
      summary: "List budgets, newest first",
      description: "A team's own; an admin sees those of all teams, or of the one that is named.",
      permission: "read",
      query: z.strictObject({ ...pageParameters, team: teamParameter }),
      answers: { 200: { description: "A page of budgets.", schema: pageOf(budgetView) } },
    },
    async ({ query, caller }, db) => {
      const { team: asked, ...page } = query;
      const team = asked === undefined && caller.team === undefined ? undefined : teamOf(caller, asked);
      return ok(await budgets.list(db, { ...page, team }));
    },
  );
}

function verify(): Route {
  return reads(
    {
      method: "get",
      path: "/v1/budgets/verification",
      tag,
      summary: "Prove that the books of all budgets balance",
      permission: "administer",
      answers: { 200: { description: "What does not balance, if anything.", schema: verification } },
    },
    async (_request, db) => {
      const faults = await verifyBooks(db);
      return ok({ balanced: faults.length === 0, faults });
    },
  );
}

function show(budgets: BudgetService): Route {
  return reads(
    {
      method: "get",
      path: "/v1/budgets/{id}",
      tag,
      summary: "Show a budget: what is free, reserved and committed, and for which stacks",
      permission: "read",
      answers: { 200: { description: "The budget; its ETag is its generation.", schema: budgetView } },
    },
    async ({ params, caller }, db) => shown(await budgets.get(db, params.id, caller.team)),
  );
}

function transactions(budgets: BudgetService): Route {
  return reads(
    {
      method: "get",
      path: "/v1/budgets/{id}/transactions",
      tag,
      summary: "List what was booked, newest first",
      permission: "read",
      query: z.strictObject(pageParameters),
      answers: { 200: { description: "A page of transactions.", schema: pageOf(transactionView) } },
    },
    async ({ params, caller, query }, db) => {
      const { id } = await budgets.get(db, params.id, caller.team);
      return ok(await listTransactions(db, id, query));
    },
  );
}

function create(budgets: BudgetService): Route {
  return changes(
    {
      method: "post",
      path: "/v1/budgets",
      action: "budget.create",
      tag,
      summary: "Set a budget for a team, or for a stack set of it",
      description: "What stands already is committed at once, also where that overdraws the budget.",
      permission: "administer",
      body: createBudget,
      answers: { 201: { description: "The budget.", schema: budgetView } },
      problems: ["already-exists", "not-found"],
    },
    async ({ body, caller }, tx) => {
      const { stackSet } = body;
      const team = teamOf(caller, body.team);
      const budget = await budgets.create(tx, {
        team,
        stackSet,
        amount: microsOf(body.amount),
        createdBy: caller.name,
      });
      const subject = `/v1/budgets/${budget.id}`;
      const answer = created(subject, budget, { etag: etagOf(budget.generation) });
      return { answer, subject, team, details: { ...(stackSet && { stackSet }), amount: budget.amount } };
    },
  );
}

function change(budgets: BudgetService): Route {
  return changes(
    {
      method: "patch",
      path: "/v1/budgets/{id}",
      action: "budget.change",
      tag,
      summary: "Change the amount of a budget",
      description:
        "Below what is committed and reserved nothing is taken back: no more is reserved until there is room.",
      permission: "administer",
      body: patchBudget,
      ifMatch: "required",
      answers: { 200: { description: "The budget as it is now.", schema: budgetView } },
    },
    async ({ params, body, ifMatch }, tx) => {
      const budget = await budgets.change(tx, params.id, { amount: microsOf(body.amount), ifMatch });
      const details = { amount: budget.amount };
      return { answer: shown(budget), subject: `/v1/budgets/${budget.id}`, team: budget.team, details };
    },
  );
}

function remove(budgets: BudgetService): Route {
  return changes(
    {
      method: "delete",
      path: "/v1/budgets/{id}",
      action: "budget.delete",
      tag,
      summary: "Remove a budget; its books stay",
      permission: "administer",
      ifMatch: "optional",
      answers: { 204: { description: "Nothing is held against it any more." } },
    },
    async ({ params, ifMatch }, tx) => {
      const { id, team, stackSet } = await budgets.remove(tx, params.id, ifMatch);
      return { answer: noContent(), subject: `/v1/budgets/${id}`, team, details: { ...(stackSet && { stackSet }) } };
    },
  );
}

const shown = (budget: BudgetView) => ok(budget, { etag: etagOf(budget.generation) });
