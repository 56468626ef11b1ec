import { type Kysely, sql } from "kysely";

/** The ledger of decisions, and what was found late. */
export async function decisionTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // What was judged by, once for each pack and its settings; the digest is of the content.
  `create table decision_packs (
     digest text primary key,
     content jsonb not null,
     at timestamptz not null default now())`,
  // No reference to stacks, updates or operations: the ledger outlives them. None to the rules either, whose one row every
  // writer would lock: that they are there, and the same, is verified.
  `create table decisions (
     id bigint generated always as identity primary key,
     at timestamptz not null default now(),
     team text not null,
     stack_id uuid not null,
     stack text not null,
     update_id text,
     operation text,
     phase text not null,
     pack text not null,
     objections boolean not null,
     unknowns text[] not null,
     steps jsonb not null,
     position bigint unique,
     hash bytea,
     check ((position is null) = (hash is null)))`,
  `create index decisions_unchained on decisions (id) where position is null`,
  `create index decisions_operation on decisions (operation, id) where operation is not null`,
  `create index decisions_stack on decisions (stack_id, id)`,
  `create index decisions_team on decisions (team, id)`,
  `create index decisions_objections on decisions (team, id) where objections`,
  `create function meridian.keep_decisions() returns trigger language plpgsql as $$
   begin
     if tg_op = 'UPDATE' and tg_table_name = 'decisions' then
       if old.position is null and new.position is not null
          and (old.id, old.at, old.team, old.stack_id, old.stack, old.update_id, old.operation, old.phase, old.pack, old.objections, old.unknowns, old.steps)
              is not distinct from
              (new.id, new.at, new.team, new.stack_id, new.stack, new.update_id, new.operation, new.phase, new.pack, new.objections, new.unknowns, new.steps)
       then return new; end if;
     end if;
     raise exception 'the ledger of decisions is only ever added to' using errcode = 'object_not_in_prerequisite_state';
   end $$`,
  ...["decisions", "decision_packs"].flatMap((table) => [
    `create trigger keep_decisions before update or delete on ${table}
       for each row execute function meridian.keep_decisions()`,
    `create trigger keep_all_decisions before truncate on ${table}
       for each statement execute function meridian.keep_decisions()`,
  ]),
  `create table findings (
     id text primary key,
     team text not null,
     stack_id uuid not null references stacks on delete cascade,
     policy text not null,
     level text not null,
     severity text not null,
     urn text not null,
     resource_type text not null,
     message text not null,
     remediation text not null,
     decision bigint not null references decisions,
     operation text,
     update_id text,
     since timestamptz not null default now(),
     status text not null default 'open' check (status in ('open', 'resolved')),
     resolved_at timestamptz,
     resolution text check (resolution in ('passed', 'gone')),
     check ((status = 'open') = (resolved_at is null)))`,
  `create unique index findings_open on findings (stack_id, policy, urn) where status = 'open'`,
  `create index findings_page on findings (team, id)`,
];
