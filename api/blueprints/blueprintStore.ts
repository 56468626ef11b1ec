import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import { type BlueprintView, blueprintManifest, blueprintView, type Origin } from "./blueprint.ts";

export interface NewArtefact {
  readonly digest: string;
  readonly name: string;
  readonly version: string;
  readonly manifest: unknown;
  /** Undefined for artefacts of which hosts have the program in another way. */
  readonly archive: Buffer | undefined;
  readonly publishedBy: string;
}

export interface NewPublication {
  /** Undefined: for everyone. */
  readonly team: string | undefined;
  readonly name: string;
  readonly digest: string;
  readonly origin: Origin;
  readonly publishedBy: string;
}

/** Stores an artefact by its digest; one that is there already is left as it is, and given its archive if it had none. */
export async function insertArtefact(db: Database, { archive, manifest, ...artefact }: NewArtefact): Promise<void> {
  await db
    .insertInto("blueprintArtefacts")
    .values({ ...artefact, manifest: JSON.stringify(manifest) })
    .onConflict((conflict) => conflict.column("digest").doNothing())
    .execute();
  if (archive === undefined) return;
  await db
    .insertInto("artefactArchives")
    .values({ digest: artefact.digest, archive })
    .onConflict((conflict) => conflict.column("digest").doNothing())
    .execute();
}

/** False when the team has it under that name already. */
export async function insertPublication(
  db: Database,
  { team, origin, ...publication }: NewPublication,
): Promise<boolean> {
  const row = await db
    .insertInto("blueprintPublications")
    .values({ ...publication, team: team ?? null, origin: JSON.stringify(origin) })
    .onConflict((conflict) => conflict.columns(["team", "name", "digest"]).doNothing())
    .returning("id")
    .executeTakeFirst();
  return row !== undefined;
}

/** Which artefacts, as seen by a team. */
export interface Sight {
  readonly team: string;
  /** The digests of the checkout: of the artefacts for everyone, these are the present ones whatever was published since. */
  readonly present: readonly string[];
}

/** The present artefact of each name that the team sees, by name. Its own come before everyone's of the same name. */
export async function listPresent(
  db: Database,
  { team, present }: Sight,
  page: { readonly after?: string | undefined; readonly name?: string | undefined; readonly limit: number },
): Promise<readonly BlueprintView[]> {
  const { rows } = await sql`
    select distinct on (p.name) ${columns}
      from blueprint_publications p join blueprint_artefacts a on a.digest = p.digest
     where (p.team is null or p.team = ${team})
       and p.name > ${page.after ?? ""} and ${page.name === undefined ? sql`true` : sql`p.name = ${page.name}`}
     order by ${presentFirst(present)}
     limit ${page.limit}`.execute(db);
  return rows.map(toBlueprint);
}

function presentFirst(present: readonly string[]): RawBuilder<unknown> {
  return sql`p.name, (p.team is not null) desc, (p.digest = any (${[...present]})) desc, p.published_at desc, p.id`;
}

/** The names of all blueprints that the team sees, and the digest of the present artefact of each. */
export async function listPresentDigests(
  db: Database,
  { team, present }: Sight,
  { name }: { readonly name?: string } = {},
): Promise<readonly { readonly name: string; readonly digest: string }[]> {
  const { rows } = await sql<{ name: string; digest: string }>`
    select distinct on (p.name) p.name, p.digest
      from blueprint_publications p
     where (p.team is null or p.team = ${team}) and ${name === undefined ? sql`true` : sql`p.name = ${name}`}
     order by ${presentFirst(present)}`.execute(db);
  return rows;
}

/** All artefacts of a name that the team sees, newest first. */
export async function listVersions(
  db: Database,
  { team }: Pick<Sight, "team">,
  { name, after, limit }: { readonly name: string; readonly after?: Position | undefined; readonly limit: number },
): Promise<readonly BlueprintView[]> {
  const before =
    after === undefined ? sql`true` : sql`(${publishedAt}, p.digest) < (${after[0]}::timestamptz, ${after[1]})`;
  const { rows } = await sql`
    select ${columns} from blueprint_publications p join blueprint_artefacts a on a.digest = p.digest
     where (p.team is null or p.team = ${team}) and p.name = ${name} and ${before}
     order by ${publishedAt} desc, p.digest desc limit ${limit}`.execute(db);
  return rows.map(toBlueprint);
}

/** As exact as it is shown, and as a page's token carries it. */
const publishedAt = sql`date_trunc('milliseconds', p.published_at)`;

/** The time of publishing and the digest of the last one seen. */
export const position = z.tuple([z.iso.datetime(), z.string()]);
type Position = z.output<typeof position>;

export async function findVersion(
  db: Database,
  { team }: Pick<Sight, "team">,
  { name, digest }: { readonly name: string; readonly digest: string },
): Promise<BlueprintView | undefined> {
  const { rows } = await sql`
    select ${columns} from blueprint_publications p join blueprint_artefacts a on a.digest = p.digest
     where (p.team is null or p.team = ${team}) and p.name = ${name} and p.digest = ${digest}
     order by (p.team is not null) desc limit 1`.execute(db);
  return rows.map(toBlueprint)[0];
}

/** The JSON Schema of an artefact's inputs, whoever may see it; undefined for a digest that is not known. */
export async function findInputSchema(db: Database, digest: string): Promise<unknown> {
  const row = await db
    .selectFrom("blueprintArtefacts")
    .select("manifest")
    .where("digest", "=", digest)
    .executeTakeFirst();
  return row === undefined ? undefined : withInputs.parse(row.manifest).inputs;
}

/** Where an artefact makes things beside a stack's own region. */
export async function findReaches(db: Database, digest: string): Promise<readonly string[]> {
  const row = await db
    .selectFrom("blueprintArtefacts")
    .select("manifest")
    .where("digest", "=", digest)
    .executeTakeFirst();
  return row === undefined ? [] : withReaches.parse(row.manifest).reaches;
}

const withReaches = z.object({ reaches: z.array(z.string()).default([]) });
const withInputs = z.object({ inputs: z.record(z.string(), z.unknown()) });

export async function findArchive(db: Database, digest: string): Promise<Buffer | undefined> {
  const row = await db.selectFrom("artefactArchives").select("archive").where("digest", "=", digest).executeTakeFirst();
  return row?.archive;
}

/** Publishing and removing one artefact take turns, also between teams, until the transaction ends. */
export async function lockArtefact(tx: Tx, digest: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`artefact ${digest}`}, 0))`.execute(tx);
}

/**
 * How many rows of each kind hold an artefact: stack sets, gone ones included, stacks and operations; of a team, or of everybody. A row
 * that is just being written is waited for.
 */
export async function countHolders(
  tx: Tx,
  { team, digest }: { readonly team: string | undefined; readonly digest: string },
): Promise<number> {
  await tx.selectFrom("blueprintArtefacts").select("digest").where("digest", "=", digest).forUpdate().execute();
  const theirs = sql`blueprint_digest = ${digest} and ${team === undefined ? sql`true` : sql`team = ${team}`}`;
  const { rows } = await sql<{ count: number }>`
    select ((select count(*) from stack_sets where ${theirs})
          + (select count(*) from stacks where ${theirs})
          + (select count(*) from operations where ${theirs}))::int as count`.execute(tx);
  return rows[0]?.count ?? 0;
}

/** Takes an artefact away from a team, or from everyone; the artefact itself goes with the last who had it. */
export async function deletePublication(
  tx: Tx,
  { team, name, digest }: Pick<NewPublication, "team" | "name" | "digest">,
): Promise<void> {
  await tx
    .deleteFrom("blueprintPublications")
    .where("team", team === undefined ? "is" : "=", team ?? null)
    .where("name", "=", name)
    .where("digest", "=", digest)
    .execute();
  await sql`
    delete from blueprint_artefacts where digest = ${digest}
       and not exists (select 1 from blueprint_publications where digest = ${digest})`.execute(tx);
}

const columns: RawBuilder<unknown> = sql`
  p.name, p.digest, p.team, p.origin, p.published_by, p.published_at, a.manifest`;

const row = z.object({
  name: z.string(),
  digest: z.string(),
  team: z.string().nullable(),
  origin: blueprintView.shape.publishedFrom,
  publishedBy: z.string(),
  publishedAt: z.date(),
  manifest: blueprintManifest,
});

function toBlueprint(given: unknown): BlueprintView {
  const { name, digest, team, origin, publishedBy, publishedAt, manifest } = row.parse(given);
  const published = { publishedAt: publishedAt.toISOString(), publishedBy, publishedFrom: origin };
  return { name, digest, ...(team === null ? {} : { team }), ...manifest, ...published };
}
