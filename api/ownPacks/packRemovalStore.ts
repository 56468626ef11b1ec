import { sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import type { OwnPackView } from "./ownPack.ts";

/** One version of a pack, by who has it; a team of undefined is everyone. */
export type OwnedVersion = Pick<OwnPackView, "name" | "version" | "digest"> & { readonly team?: string | undefined };

const count = z.object({ assignments: z.array(z.string()), operations: z.array(z.string()) });

/** What a version cannot be taken from: assignments, and operations not ended yet in which it has said something. */
export async function findHolders(
  tx: Tx,
  { id, name, version }: { readonly id: string; readonly name: string; readonly version: string },
): Promise<z.output<typeof count>> {
  const said = JSON.stringify({ pack: name, version });
  const { rows } = await sql`
    select array(select a.id from pack_assignments a where a.pack_id = ${id} order by a.id) as assignments,
           array(select o.id from operations o where o.finished_at is null and exists (
                   select from decisions d where d.operation = o.id and d.objections
                      and jsonb_path_exists(d.steps, '$[*].verdicts[*] ? (@.pack == $pack && @.packVersion == $version)', ${said}::jsonb))
                  order by o.id) as operations`.execute(tx);
  return count.parse(rows[0]);
}

/** Takes a version away; its archive goes with the last that has it. */
export async function deletePack(tx: Tx, { id, ...of }: OwnedVersion & { readonly id: string }): Promise<void> {
  const { name, version, digest, team = null } = of;
  await tx.deleteFrom("ownPacks").where("id", "=", id).execute();
  await sql`
    delete from own_pack_archives where digest = ${digest}
       and not exists (select from own_packs where digest = ${digest})`.execute(tx);
  await tx
    .insertInto("removedPacks")
    .values({ team, name, version, digest })
    .onConflict((conflict) => conflict.columns(["team", "name", "version"]).doNothing())
    .execute();
}

/** What a version that was taken away consisted of. */
export async function findRemovedDigest(
  db: Database,
  { team, name, version }: Omit<OwnedVersion, "digest">,
): Promise<string | undefined> {
  const row = await db
    .selectFrom("removedPacks")
    .select("digest")
    .where("team", team === undefined ? "is" : "=", team ?? null)
    .where("name", "=", name)
    .where("version", "=", version)
    .executeTakeFirst();
  return row?.digest;
}
