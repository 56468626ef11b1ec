import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import type { PackArtefact } from "../../runner/packs/index.ts";
import type { Database, Tx } from "../db/database.ts";
import { type OwnPackView, ownPackView } from "./ownPack.ts";

export interface NewPack extends PackArtefact, Pick<OwnPackView, "name" | "version" | "description" | "policies"> {
  /** Undefined: for everyone. */
  readonly team: string | undefined;
  readonly origin: OwnPackView["publishedFrom"];
  readonly publishedBy: string;
  readonly archive: Buffer;
}

/** Publishing under one name takes turns until the transaction ends. */
export async function lockPackName(tx: Tx, name: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`policy pack ${name}`}, 0))`.execute(tx);
}

export async function insertPack(tx: Tx, { team, policies, origin, archive, ...pack }: NewPack): Promise<void> {
  const values = { ...pack, team: team ?? null, policies: JSON.stringify(policies), origin: JSON.stringify(origin) };
  await tx.insertInto("ownPacks").values(values).execute();
  await tx
    .insertInto("ownPackArchives")
    .values({ digest: pack.digest, archive })
    .onConflict((conflict) => conflict.column("digest").doNothing())
    .execute();
}

export async function findPackArchive(db: Database, digest: string): Promise<Buffer | undefined> {
  const row = await db.selectFrom("ownPackArchives").select("archive").where("digest", "=", digest).executeTakeFirst();
  return row?.archive;
}

/** The teams that have a pack of this name; null among them is everyone. */
export async function ownersOf(db: Database, name: string): Promise<readonly (string | null)[]> {
  const rows = await db.selectFrom("ownPacks").select("team").distinct().where("name", "=", name).execute();
  return rows.map(({ team }) => team);
}

/** What a team may see, or with `everyones` alone what an assignment for all teams may name. */
export interface PackSight {
  readonly team: string | undefined;
}

const seen = ({ team }: PackSight): RawBuilder<unknown> =>
  team === undefined ? sql`p.team is null` : sql`(p.team is null or p.team = ${team})`;

/** As exact as it is shown, and as a page's token carries it. */
const publishedAt = sql`date_trunc('milliseconds', p.published_at)`;

/** The newest version of each name, by name. */
export async function listPacks(
  db: Database,
  sight: PackSight,
  page: { readonly after?: string | undefined; readonly name?: string; readonly limit: number },
): Promise<readonly OwnPackView[]> {
  const { rows } = await sql`
    select distinct on (p.name) p.* from own_packs p
     where ${seen(sight)} and p.name > ${page.after ?? ""} and ${page.name === undefined ? sql`true` : sql`p.name = ${page.name}`}
     order by p.name, ${publishedAt} desc, p.version desc
     limit ${page.limit}`.execute(db);
  return rows.map(toPack);
}

/** The time of publishing and the version of the last one seen. */
export const packPosition = z.tuple([z.iso.datetime(), z.string()]);

/** All versions of a name, newest first. */
export async function listPackVersions(
  db: Database,
  sight: PackSight,
  page: { readonly name: string; readonly after?: z.output<typeof packPosition> | undefined; readonly limit: number },
): Promise<readonly OwnPackView[]> {
  const before =
    page.after === undefined
      ? sql`true`
      : sql`(${publishedAt}, p.version) < (${page.after[0]}::timestamptz, ${page.after[1]})`;
  const { rows } = await sql`
    select p.* from own_packs p where ${seen(sight)} and p.name = ${page.name} and ${before}
     order by ${publishedAt} desc, p.version desc limit ${page.limit}`.execute(db);
  return rows.map(toPack);
}

/** The names of the rules of every version that a team may see, each once. */
export async function listPolicyNames(db: Database, team: string): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly name: string }>`
    select distinct policy ->> 'name' as name from own_packs p, jsonb_array_elements(p.policies) as policy
     where ${seen({ team })}`.execute(db);
  return rows.map(({ name }) => name);
}

export async function findPack(
  db: Database,
  sight: PackSight,
  { name, version }: { readonly name: string; readonly version: string },
): Promise<(OwnPackView & { readonly id: string }) | undefined> {
  const { rows } = await sql`
    select p.* from own_packs p where ${seen(sight)} and p.name = ${name} and p.version = ${version} limit 1`.execute(
    db,
  );
  return rows.map((each) => ({ id: row.parse(each).id, ...toPack(each) }))[0];
}

const row = ownPackView.omit({ publishedAt: true, publishedFrom: true, team: true }).extend({
  id: z.string(),
  team: z.string().nullable(),
  publishedAt: z.date(),
  origin: ownPackView.shape.publishedFrom,
});

function toPack(given: unknown): OwnPackView {
  const { id: _id, team, origin, publishedAt: at, ...rest } = row.parse(given);
  return { ...rest, ...(team === null ? {} : { team }), publishedAt: at.toISOString(), publishedFrom: origin };
}
