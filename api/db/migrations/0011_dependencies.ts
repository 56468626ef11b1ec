import { type Kysely, sql } from "kysely";

/** Which stack sets take outputs of which, and what each stack took when it was last brought up. */
export async function dependencyTables(db: Kysely<never>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table stack_set_references (
     stack_set_id uuid not null references stack_sets on delete cascade,
     pointer text not null,
     source_id uuid not null references stack_sets,
     output text not null,
     region text,
     primary key (stack_set_id, pointer))`,
  `create index stack_set_references_source on stack_set_references (source_id)`,
  `create table taken_outputs (
     stack_set_id uuid not null references stack_sets on delete cascade,
     region text not null,
     pointer text not null,
     source_id uuid not null references stack_sets,
     source_region text not null,
     output text not null,
     value jsonb not null,
     operation text not null references operations,
     primary key (stack_set_id, region, pointer, source_id))`,
  `create index taken_outputs_source on taken_outputs (source_id, source_region)`,
];
