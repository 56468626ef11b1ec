import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type TransactionView, transactionView } from "./budget.ts";
import { moneyOf } from "./money.ts";

/** What was booked in a budget, newest first. */
export async function listTransactions(
  db: Database,
  budgetId: string,
  request: PageRequest,
): Promise<Page<TransactionView>> {
  const before = positionOf(request, z.int());
  const rows = await db
    .selectFrom("budgetTransactions as t")
    .innerJoin("budgetEntries as e", "e.transactionId", "t.id")
    .select(["t.id as id", "t.kind as kind", "t.stack as stack", "t.updateId as updateId", "t.at as at"])
    .select(sql<Record<string, number>>`jsonb_object_agg(e.account, e.amount)`.as("entries"))
    .where("budgetId", "=", budgetId)
    .$if(before !== undefined, (query) => query.where("t.id", "<", before ?? 0))
    .groupBy("t.id")
    .orderBy("t.id", "desc")
    .limit(request.pageSize + 1)
    .execute();
  return toPage(rows, request, { key: ({ id }) => id, item: viewOf });
}

interface Row {
  readonly id: number;
  readonly kind: string;
  readonly stack: string | null;
  readonly updateId: string | null;
  readonly at: Date;
  readonly entries: Readonly<Record<string, number>>;
}

const viewOf = ({ id, kind, stack, updateId, at, entries }: Row): TransactionView =>
  transactionView.parse({
    id,
    kind,
    ...(stack !== null && { stack }),
    ...(updateId !== null && { update: updateId }),
    entries: Object.entries(entries).map(([account, amount]) => ({ account, amount: moneyOf(amount) })),
    at: at.toISOString(),
  });
