import { z } from "zod";
import { Problem } from "../base/problem.ts";
import { teamParameter, thingName, timestamp } from "../http/schemas.ts";
import { dollarsOf, givenMoney, money } from "./money.ts";

/** A budget as it stands, in micro-USD a month. */
export interface BudgetRecord {
  readonly id: string;
  readonly team: string;
  /** Undefined for the budget of the whole team. */
  readonly stackSet: string | undefined;
  readonly amount: number;
  /** Less than nothing when what stands costs more than the budget has. */
  readonly free: number;
  readonly reserved: number;
  readonly committed: number;
  readonly generation: number;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

const priceNote = z.object({
  type: z.string().meta({ example: "aws:shield/protection:Protection" }),
  count: z.int(),
  why: z.string(),
});

export const budgetView = z
  .object({
    id: z.string().meta({ example: "bu_019321c8-7c1e-7bd2-9d3f-0a5b6c7d8e9f" }),
    team: z.string(),
    stackSet: z.string().optional().describe("Absent for the budget of the whole team."),
    amount: money.describe("A month."),
    reserved: money.describe("Held for previewed and running updates."),
    committed: money.describe("What the stacks cost a month, by the price book."),
    free: money.describe("Negative when what stands costs more than the budget has."),
    unpriced: z
      .array(z.object({ type: z.string(), count: z.int() }))
      .describe("What has no price in any of its stacks: it is under no budget."),
    stacks: z.array(
      z.object({
        stack: z.string().describe("`<team>/<project>/<stack>`."),
        reserved: money,
        committed: money,
        reservedUntil: timestamp.optional().describe("Absent while an update has the reservation."),
        unpriced: z
          .array(priceNote)
          .describe(
            "What has no price and counts as nothing: of what stands, or of what money is held for, where it is for a preview or update.",
          ),
        regionAssumed: z
          .array(priceNote)
          .describe("What counts as in the dearest region: its own or the price there is not known."),
      }),
    ),
    generation: z.int(),
    createdBy: z.string(),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: "Budget" });
export type BudgetView = z.output<typeof budgetView>;

export const createBudget = z
  .strictObject({
    team: teamParameter,
    stackSet: thingName.optional().describe("The stack set that it is for; the whole team without it."),
    amount: givenMoney.describe("A month."),
  })
  .meta({ id: "CreateBudget" });

export const patchBudget = z.strictObject({ amount: givenMoney }).meta({ id: "PatchBudget" });

const transactionKinds = ["allot", "reserve", "commit", "release", "expire", "teardown", "close"] as const;
export type TransactionKind = (typeof transactionKinds)[number];

export const transactionView = z
  .object({
    id: z.int(),
    kind: z.enum(transactionKinds),
    stack: z.string().optional(),
    update: z.string().optional(),
    entries: z.array(z.object({ account: z.string(), amount: money })).describe("They sum to zero."),
    at: timestamp,
  })
  .meta({ id: "BudgetTransaction" });
export type TransactionView = z.output<typeof transactionView>;

/** Whether a budget is one that a stack of this team and stack set must fit into. */
export const governs = (
  { team, stackSet }: Pick<BudgetRecord, "team" | "stackSet">,
  stack: { readonly team: string; readonly stackSet: string | undefined },
): boolean => team === stack.team && (stackSet === undefined || stackSet === stack.stackSet);

const ofWhom = ({ team, stackSet }: BudgetRecord): string =>
  stackSet === undefined ? `the team ${team}` : `the stack set ${stackSet} of the team ${team}`;

/** @param asked micro-USD a month that were to be reserved more than are */
export function budgetExceeded(budget: BudgetRecord, asked: number): Problem {
  const { id, amount, free, reserved, committed } = budget;
  const detail =
    `The budget of ${ofWhom(budget)} is ${dollarsOf(amount)} USD a month, of which ${dollarsOf(free)} are free ` +
    `(${dollarsOf(committed)} committed, ${dollarsOf(reserved)} reserved), and this asks for ${dollarsOf(asked)} more. ` +
    "Make the change smaller, tear down what is not needed, wait until a reservation is released " +
    `(GET /v1/budgets/${id} shows whose they are), or ask an admin to raise the budget.`;
  return new Problem("budget-exceeded", detail, {
    facts: { budget: id, amount: dollarsOf(amount), free: dollarsOf(free), asked: dollarsOf(asked), currency: "USD" },
  });
}
