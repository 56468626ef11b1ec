import { sql } from "kysely";
import type { Database } from "../db/database.ts";

/**
 * Proves the books: every transaction sums to zero, and the balances beside the books are what follows from them, for each
 * budget and each stack.
 *
 * @returns a sentence for each fault; none when the books balance
 */
export async function verifyBooks(db: Database): Promise<readonly string[]> {
  const { rows } = await sql<{ fault: string }>`
    with derived as (
      select t.budget_id, t.stack_id, e.account, sum(e.amount) as amount
      from budget_transactions t join budget_entries e on e.transaction_id = t.id
      group by 1, 2, 3),
    balance as (
      select b.id, b.amount, b.free, b.reserved, b.committed,
             coalesce(-sum(d.amount) filter (where d.account = 'allotted'), 0) as d_amount,
             coalesce(sum(d.amount) filter (where d.account = 'free'), 0) as d_free,
             coalesce(sum(d.amount) filter (where d.account = 'reserved'), 0) as d_reserved,
             coalesce(sum(d.amount) filter (where d.account = 'committed'), 0) as d_committed
      from budgets b left join derived d on d.budget_id = b.id group by b.id),
    share as (
      select coalesce(s.budget_id, d.budget_id) as budget_id, coalesce(s.stack_id, d.stack_id) as stack_id,
             coalesce(s.reserved, 0) as reserved, coalesce(s.committed, 0) as committed,
             coalesce(d.reserved, 0) as d_reserved, coalesce(d.committed, 0) as d_committed
      from budget_shares s full join (
        select budget_id, stack_id, sum(amount) filter (where account = 'reserved') as reserved,
               sum(amount) filter (where account = 'committed') as committed
        from derived where stack_id is not null group by 1, 2) d using (budget_id, stack_id))
    select format('The entries of transaction %s sum to %s micro-USD, not to zero.', transaction_id, sum(amount)) as fault
      from budget_entries group by transaction_id having sum(amount) <> 0
    union all
    select format('Budget %s stands at %s, %s, %s, %s and its books say %s, %s, %s, %s (amount, free, reserved, committed).',
                  id, amount, free, reserved, committed, d_amount, d_free, d_reserved, d_committed)
      from balance
     where (amount, free, reserved, committed) is distinct from (d_amount, d_free, d_reserved, d_committed)
    union all
    select format('Budget %s has %s reserved and %s committed for stack %s, and its books say %s and %s.',
                  budget_id, reserved, committed, stack_id, d_reserved, d_committed)
      from share where reserved <> d_reserved or committed <> d_committed
    union all
    select format('The shares of budget %s are %s reserved and %s committed, and it has %s and %s.',
                  b.id, sum(s.reserved), sum(s.committed), b.reserved, b.committed)
      from budgets b left join budget_shares s on s.budget_id = b.id
     group by b.id having coalesce(sum(s.reserved), 0) <> b.reserved or coalesce(sum(s.committed), 0) <> b.committed`.execute(
    db,
  );
  return rows.map(({ fault }) => fault);
}
