import { type Kysely, sql } from "kysely";

/** How far the escrow has come. No reference to the stack: the row outlives it until its removal has been told. */
export async function escrowTables(db: Kysely<never>): Promise<void> {
  await sql
    .raw(
      `create table escrow_copies (
         stack_id uuid primary key,
         place text not null,
         name text not null,
         version int not null,
         copied_at timestamptz not null default now())`,
    )
    .execute(db);
}
