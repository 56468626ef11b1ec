import { type Kysely, sql } from "kysely";

/** Budgets, their books, what each stack costs, and what was really spent. */
export async function budgetTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// Amounts are micro-USD; those of budgets, estimates and books are a month's.
const statements = [
  // The balances stand beside the books that they follow from, so that a reservation reads one row.
  `create table budgets (
     id text primary key,
     team text not null references teams,
     stack_set text,
     amount bigint not null check (amount >= 0),
     free bigint not null default 0,
     reserved bigint not null default 0 check (reserved >= 0),
     committed bigint not null default 0 check (committed >= 0),
     generation integer not null default 1,
     created_by text not null,
     created_at timestamptz not null,
     updated_at timestamptz not null,
     removed_at timestamptz,
     constraint budgets_balance check (free + reserved + committed = amount))`,
  `create unique index budgets_scope on budgets (team, coalesce(stack_set, '')) where removed_at is null`,
  `create index budgets_page on budgets (team, id) where removed_at is null`,
  // A fact may overdraw a budget (a stack came to cost more than was reserved); a reservation never does.
  `create function meridian.refuse_oversubscription() returns trigger language plpgsql as $$
   begin
     if new.reserved > old.reserved and new.free < 0 then
       raise exception 'budget % has no room for a reservation of % micro-USD', new.id, new.reserved - old.reserved
         using errcode = 'check_violation', constraint = 'budgets_oversubscribed';
     end if;
     return new;
   end $$`,
  `create trigger refuse_oversubscription before update on budgets
     for each row execute function meridian.refuse_oversubscription()`,
  `create table budget_transactions (
     id bigint generated always as identity primary key,
     budget_id text not null references budgets,
     kind text not null check (kind in ('allot', 'reserve', 'commit', 'release', 'expire', 'teardown', 'close')),
     stack_id uuid,
     stack text,
     update_id uuid,
     at timestamptz not null)`,
  `create index budget_transactions_page on budget_transactions (budget_id, id desc)`,
  // The stack's id stands here without a reference: what was booked stays when the stack has gone.
  `create table budget_entries (
     transaction_id bigint not null references budget_transactions,
     account text not null check (account in ('allotted', 'free', 'reserved', 'committed')),
     amount bigint not null check (amount <> 0),
     primary key (transaction_id, account))`,
  `create function meridian.require_balance() returns trigger language plpgsql as $$
   declare total numeric;
   begin
     select sum(amount) into total from meridian.budget_entries where transaction_id = new.transaction_id;
     if total <> 0 then
       raise exception 'the entries of transaction % sum to % micro-USD, not to zero', new.transaction_id, total
         using errcode = 'check_violation', constraint = 'budget_entries_balance';
     end if;
     return null;
   end $$`,
  `create constraint trigger require_balance after insert on budget_entries
     deferrable initially deferred for each row execute function meridian.require_balance()`,
  `create function meridian.refuse_rewriting() returns trigger language plpgsql as $$
   begin
     raise exception '% is append-only: book a transaction that corrects the other', tg_table_name
       using errcode = 'restrict_violation';
   end $$`,
  ...["budget_transactions", "budget_entries"].map(
    (table) => `create trigger refuse_rewriting before update or delete or truncate on ${table}
     for each statement execute function meridian.refuse_rewriting()`,
  ),
  // What of a budget is whose.
  `create table budget_shares (
     budget_id text not null references budgets,
     stack_id uuid not null,
     stack text not null,
     reserved bigint not null default 0 check (reserved >= 0),
     committed bigint not null default 0 check (committed >= 0),
     primary key (budget_id, stack_id))`,
  `create index budget_shares_stack on budget_shares (stack_id)`,
  // For what a stack's reservations are made: one a stack, in all its budgets.
  `create table budget_holds (
     stack_id uuid primary key,
     team text not null references teams,
     update_id uuid not null,
     kind text not null check (kind in ('preview', 'update')),
     covered jsonb not null,
     expires_at timestamptz)`,
  `create index budget_holds_expiry on budget_holds (expires_at)`,
  // What each stack has cost since when, by the price book.
  `create table stack_costs (
     stack_id uuid not null,
     at timestamptz not null,
     sequence bigint generated always as identity,
     team text not null references teams,
     stack_set text,
     stack text not null,
     monthly bigint not null check (monthly >= 0),
     unpriced jsonb not null default '[]',
     primary key (stack_id, sequence))`,
  `create index stack_costs_team on stack_costs (team, stack_set, stack_id, sequence desc)`,
  `create table spend_exports (
     id text primary key,
     digest text not null,
     period text not null,
     account text not null,
     format text not null,
     rows bigint not null,
     imported_by text not null,
     imported_at timestamptz not null,
     replaced_at timestamptz)`,
  `create unique index spend_exports_once on spend_exports (digest, period, account) where replaced_at is null`,
  `create index spend_exports_period on spend_exports (period, account) where replaced_at is null`,
  `create table spend_lines (
     export_id text not null references spend_exports,
     month text not null,
     stack_id uuid,
     team text,
     stack_set text,
     stack text,
     attributed_by text not null check (attributed_by in ('tags', 'resource', 'nothing')),
     service text not null,
     region text not null,
     resource text not null,
     billed bigint not null,
     effective bigint not null,
     rows bigint not null)`,
  `create index spend_lines_export on spend_lines (export_id)`,
  `create index spend_lines_month on spend_lines (month, team, stack_set)`,
];
