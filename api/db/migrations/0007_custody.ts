import { type Kysely, sql } from "kysely";

/** Versions of the master key, what is sealed under which of them, and how far the escrow has come. */
export async function custodyTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const sealedTables = ["journal_entries", "checkpoints", "engine_events"];

const statements = [
  // Version 0 seals nothing: fingerprints are made under it, which must stay comparable over rotations.
  `create table master_keys (
     version int primary key check (version between 0 and 65535),
     root text not null,
     wrapped bytea,
     created_at timestamptz not null default now(),
     created_by text not null,
     active_at timestamptz not null,
     retired_at timestamptz,
     retired_by text,
     check ((wrapped is null) = (retired_at is not null)))`,
  // Whatever was sealed before there were versions was sealed under the first.
  ...sealedTables.map((table) => `alter table ${table} add column key_version int not null default 1`),
  // The lock is what a retirement waits for: once it holds it, nobody can still be about to commit a row under that version.
  `create function meridian.note_key_version() returns trigger language plpgsql as $$
   begin
     new.key_version := get_byte(new.sealed, 1) * 256 + get_byte(new.sealed, 2);
     perform pg_advisory_xact_lock_shared(74206, new.key_version);
     if exists (select from meridian.master_keys where version = new.key_version and retired_at is not null) then
       raise exception 'master key version % is retired, and nothing may be sealed under it', new.key_version
         using errcode = 'object_not_in_prerequisite_state';
     end if;
     return new;
   end $$`,
  ...sealedTables.map(
    (table) =>
      `create trigger note_key_version before insert or update of sealed on ${table}
       for each row execute function meridian.note_key_version()`,
  ),
  // The oldest version among the secrets of an update's configuration: as its client sent them, and as they are stored now.
  `alter table updates add column sent_key_version int, add column request_key_version int`,
  `update updates set sent_key_version = 1, request_key_version = 1 where request @? '$.config.* ? (@.secret == true)'`,
];
