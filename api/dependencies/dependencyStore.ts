import { sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import { jsonText } from "../db/jsonText.ts";
import type { Edges } from "./dependencyGraph.ts";

/** A stack set whose outputs others may take. */
export interface Source {
  readonly id: string;
  readonly name: string;
  readonly target: string;
  readonly regions: readonly string[];
  readonly status: "active" | "deleting";
  /** As the artefact describes them that the stack set is built from. */
  readonly outputs: readonly { readonly name: string; readonly secret: boolean }[];
}

const source = z.object({
  id: z.string(),
  name: z.string(),
  target: z.string(),
  regions: z.array(z.string()),
  status: z.enum(["active", "deleting"]),
  outputs: z.array(z.object({ name: z.string(), secret: z.boolean() })),
});

/** References of a team are changed one transaction after another: two that are each sound could close a cycle together. */
export async function lockReferences(tx: Tx, team: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`references of ${team}`}, 0))`.execute(tx);
}

export async function findSources(
  db: Database | Tx,
  { team, names }: { readonly team: string; readonly names: readonly string[] },
): Promise<readonly Source[]> {
  if (names.length === 0) return [];
  const { rows } = await sql`
    select ss.id, ss.name, ss.target, ss.regions, ss.status, a.manifest -> 'outputs' as outputs
      from stack_sets ss join blueprint_artefacts a on a.digest = ss.blueprint_digest
     where ss.team = ${team} and ss.name = any (${[...names]}) and ss.deleted_at is null`.execute(db);
  return rows.map((row) => source.parse(row));
}

/** Which stack sets of the team take outputs of which, leaving out one of them. */
export async function edgesOf(tx: Tx, team: string, except: string): Promise<Edges> {
  const { rows } = await sql<{ name: string; sources: string[] }>`
    select ss.name, array_agg(distinct src.name) as sources
      from stack_set_references ref
      join stack_sets ss on ss.id = ref.stack_set_id and ss.deleted_at is null
      join stack_sets src on src.id = ref.source_id
     where ss.team = ${team} and ss.name <> ${except}
     group by ss.name`.execute(tx);
  return new Map(rows.map(({ name, sources }) => [name, sources]));
}

export interface StoredReference {
  readonly pointer: string;
  readonly sourceId: string;
  readonly output: string;
  readonly region: string | undefined;
}

export async function listReferences(db: Database | Tx, stackSetId: string): Promise<readonly StoredReference[]> {
  const rows = await db
    .selectFrom("stackSetReferences")
    .selectAll()
    .where("stackSetId", "=", stackSetId)
    .orderBy("pointer")
    .execute();
  return rows.map(({ pointer, sourceId, output, region }) => ({
    pointer,
    sourceId,
    output,
    region: region ?? undefined,
  }));
}

export async function replaceReferences(
  tx: Tx,
  stackSetId: string,
  references: readonly StoredReference[],
): Promise<void> {
  await tx.deleteFrom("stackSetReferences").where("stackSetId", "=", stackSetId).execute();
  if (references.length === 0) return;
  const rows = references.map(({ region, ...each }) => ({ ...each, stackSetId, region: region ?? null }));
  await tx.insertInto("stackSetReferences").values(rows).execute();
}

export interface TakenOutput {
  readonly pointer: string;
  readonly sourceId: string;
  readonly sourceRegion: string;
  readonly output: string;
  readonly value: unknown;
}

interface TakingStack {
  readonly stackSetId: string;
  readonly region: string;
  readonly operation: string;
}

/** Writes down what an operation is about to bring a stack up with. What it was brought up with before may still be in use. */
export async function addTaken(
  tx: Tx,
  { stackSetId, region, operation }: TakingStack,
  taken: readonly TakenOutput[],
): Promise<void> {
  if (taken.length === 0) return;
  const rows = taken.map(({ value, ...each }) => ({ ...each, stackSetId, region, operation, value: jsonText(value) }));
  await tx
    .insertInto("takenOutputs")
    .values(rows)
    .onConflict((conflict) =>
      conflict.columns(["stackSetId", "region", "pointer", "sourceId"]).doUpdateSet(({ ref }) => ({
        sourceRegion: ref("excluded.sourceRegion"),
        output: ref("excluded.output"),
        value: ref("excluded.value"),
        operation: ref("excluded.operation"),
      })),
    )
    .execute();
}

/** After an operation has brought a stack up, it uses nothing else any more. */
export async function keepTaken(tx: Tx, { stackSetId, region, operation }: TakingStack): Promise<void> {
  await tx
    .deleteFrom("takenOutputs")
    .where("stackSetId", "=", stackSetId)
    .where("region", "=", region)
    .where("operation", "<>", operation)
    .execute();
}

/** After a stack is gone it uses nothing any more; without a region, all that its stack set refers to. */
export async function forgetTaken(
  db: Database | Tx,
  { stackSetId, region }: { readonly stackSetId: string; readonly region?: string },
): Promise<void> {
  let query = db.deleteFrom("takenOutputs").where("stackSetId", "=", stackSetId);
  if (region !== undefined) query = query.where("region", "=", region);
  await query.execute();
}

/** What a stack shows of an output that has changed since it was taken. */
export interface ChangedOutput {
  readonly stackSetId: string;
  readonly region: string;
  readonly pointer: string;
  readonly from: string;
  readonly output: string;
  readonly sourceRegion: string;
  readonly old: unknown;
  /** Null when it is no longer there. */
  readonly new: unknown;
}

export async function changedOutputs(
  db: Database | Tx,
  stackSetIds: readonly string[],
): Promise<readonly ChangedOutput[]> {
  if (stackSetIds.length === 0) return [];
  const { rows } = await sql<ChangedOutput>`
    select t.stack_set_id, t.region, t.pointer, src.name as "from", t.output, t.source_region, t.value as old,
           s.outputs -> t.output as new
      from taken_outputs t
      join stack_set_references ref
        on ref.stack_set_id = t.stack_set_id and ref.pointer = t.pointer and ref.source_id = t.source_id
      join stack_sets src on src.id = t.source_id
      left join stacks s on s.stack_set_id = src.id and s.region = t.source_region
     where t.stack_set_id = any (${[...stackSetIds]}::uuid[]) and s.outputs -> t.output is distinct from t.value
     order by t.pointer`.execute(db);
  return rows;
}
