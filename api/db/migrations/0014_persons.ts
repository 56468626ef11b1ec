import { type Kysely, sql } from "kysely";

/** Whose a key is, and which person asked for what runs: two people are told apart by it. */
export async function personColumns(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

// Of what was there before nobody said whose it is: each key is a person of its own, and who asked is known by name.
const statements = [
  `alter table api_keys add column person text`,
  `update api_keys set person = 'key:' || id`,
  `alter table api_keys alter column person set not null`,
  `alter table operations add column person text`,
  `update operations set person = 'name:' || requested_by`,
  `alter table operations alter column person set not null`,
  `alter table rollouts add column person text`,
  `update rollouts set person = 'name:' || requested_by`,
  `alter table rollouts alter column person set not null`,
  `alter table operation_tokens add column person text`,
  `update operation_tokens set person = 'operation:' || operation`,
  `alter table operation_tokens alter column person set not null`,
];
