import { type SelectQueryBuilder, sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import type { Schema } from "../db/schema.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type StackSet, type StackSetView, stackSetView } from "./stackSet.ts";

export interface NewStackSet
  extends Pick<StackSet, "name" | "team" | "blueprint" | "blueprintDigest" | "target" | "regions" | "inputs"> {
  readonly createdBy: string;
}

export interface StackSetName {
  readonly team: string;
  readonly name: string;
}

/** @returns undefined when the team has a stack set of the name, one that is being torn down included. */
export async function insertStackSet(tx: Tx, stackSet: NewStackSet): Promise<StackSet | undefined> {
  const row = await tx
    .insertInto("stackSets")
    .values({ ...stackSet, inputs: JSON.stringify(stackSet.inputs), status: "active", deletedAt: null })
    .onConflict((conflict) => conflict.columns(["team", "name"]).where("deletedAt", "is", null).doNothing())
    .returning("id")
    .executeTakeFirst();
  return row === undefined ? undefined : findStackSet(tx, stackSet);
}

export async function findStackSet(db: Database, name: StackSetName): Promise<StackSet | undefined> {
  const row = await named(db, name).executeTakeFirst();
  return row === undefined ? undefined : toStackSet(row);
}

/** Locked until the transaction ends: changes of one stack set, and the rollouts they start, take turns. */
export async function lockStackSet(tx: Tx, name: StackSetName): Promise<StackSet | undefined> {
  const row = await named(tx, name).forUpdate("stackSets").executeTakeFirst();
  return row === undefined ? undefined : toStackSet(row);
}

export async function listStackSets(
  db: Database,
  request: PageRequest & { readonly team: string },
): Promise<Page<StackSetView>> {
  const after = positionOf(request, z.string());
  let query = present(db)
    .where("stackSets.team", "=", request.team)
    .orderBy("stackSets.name")
    .limit(request.pageSize + 1);
  if (after !== undefined) query = query.where("stackSets.name", ">", after);
  return toPage(await query.execute(), request, { key: (row) => row.name, item: (row) => toView(toStackSet(row)) });
}

/** Brings the stack set to its next generation. */
export async function updateStackSet(
  tx: Tx,
  next: Pick<StackSet, "id" | "team" | "name" | "regions" | "inputs" | "status" | "blueprintDigest">,
  at: Date,
): Promise<StackSet> {
  await tx
    .updateTable("stackSets")
    .set({
      regions: [...next.regions],
      inputs: JSON.stringify(next.inputs),
      status: next.status,
      blueprintDigest: next.blueprintDigest,
      generation: sql`generation + 1`,
      updatedAt: at,
    })
    .where("id", "=", next.id)
    .execute();
  return toStackSet(await named(tx, next).executeTakeFirstOrThrow());
}

/** The artefacts to which single stacks of the set were moved. */
export async function movedTo(tx: Tx, stackSetId: string): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("stacks")
    .select("blueprintDigest")
    .distinct()
    .where("stackSetId", "=", stackSetId)
    .execute();
  return rows.flatMap(({ blueprintDigest }) => (blueprintDigest === null ? [] : [blueprintDigest]));
}

/** From now on all stacks of the set go with it. */
export async function forgetMoves(tx: Tx, stackSetId: string): Promise<void> {
  await tx.updateTable("stacks").set({ blueprintDigest: null }).where("stackSetId", "=", stackSetId).execute();
}

/** The stack set without what only the service needs to know. */
export function toView({ id: _id, ...view }: StackSet): StackSetView {
  return view;
}

function present(db: Database) {
  return db
    .selectFrom("stackSets")
    .innerJoin("targets", "targets.name", "stackSets.target")
    .selectAll("stackSets")
    .select("targets.cloud")
    .select([dependsOn.as("dependsOn"), dependents.as("dependents")])
    .where("stackSets.deletedAt", "is", null);
}

const dependsOn = sql<unknown>`(
  select coalesce(json_agg(json_strip_nulls(json_build_object(
           'input', '/inputs' || ref.pointer, 'from', src.name, 'output', ref.output, 'region', ref.region)) order by ref.pointer), '[]')
    from stack_set_references ref join stack_sets src on src.id = ref.source_id
   where ref.stack_set_id = stack_sets.id)`;

const dependents = sql<string[]>`array(
  select distinct d.name from stack_set_references ref
    join stack_sets d on d.id = ref.stack_set_id and d.deleted_at is null
   where ref.source_id = stack_sets.id order by d.name)`;

function named(db: Database, { team, name }: StackSetName) {
  return present(db).where("stackSets.team", "=", team).where("stackSets.name", "=", name);
}

type Row = ReturnType<typeof present> extends SelectQueryBuilder<Schema, "stackSets" | "targets", infer O> ? O : never;

const stored = stackSetView.extend({ id: z.string() });

function toStackSet({ createdAt, updatedAt, ...row }: Row): StackSet {
  return stored.parse({ ...row, createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() });
}
