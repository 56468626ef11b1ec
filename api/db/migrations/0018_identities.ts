import { type Kysely, sql } from "kysely";

/** Whose an identity is, by an admin's word: two keys of one person are one person, by whatever names they are known. */
export async function identities(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// What an issuer calls somebody is no person's name until an admin has said so; what was asked for under it waits for nobody.
const statements = [
  `create table identities (
     identity text primary key,
     person text not null check (position(':' in person) = 0),
     created_by text not null,
     created_at timestamptz not null,
     check (identity <> person))`,
  `create index identities_person on identities (person)`,
  `update api_keys set person = identity_provider || ':' || person where identity_provider is not null`,
];
