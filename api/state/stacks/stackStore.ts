import type { Selectable } from "kysely";
import { sql } from "kysely";
import type { Database, Tx } from "../../db/database.ts";
import { jsonText } from "../../db/jsonText.ts";
import type { StackTable } from "../../db/stateSchema.ts";
import type { StackName, StackRecord, Suspect } from "./stackRecord.ts";

export interface NewStack extends StackName {
  readonly stackSetId?: string | undefined;
  readonly target?: string | undefined;
  readonly region?: string | undefined;
  readonly doors: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, string>> | undefined;
}

export interface StackFilter {
  readonly team?: string | undefined;
  readonly project?: string | undefined;
  readonly id?: string | undefined;
  readonly tagName?: string | undefined;
  readonly tagValue?: string | undefined;
}

/** A stack in a list, with the time at which its last update began. */
export interface ListedStack extends StackRecord {
  readonly lastUpdate: Date | undefined;
}

export async function findStackByName(db: Database | Tx, { team, project, name }: StackName) {
  const query = db.selectFrom("stacks").selectAll();
  return record(
    await query.where("team", "=", team).where("project", "=", project).where("name", "=", name).executeTakeFirst(),
  );
}

export async function findStackById(db: Database | Tx, id: string): Promise<StackRecord | undefined> {
  return record(await db.selectFrom("stacks").selectAll().where("id", "=", id).executeTakeFirst());
}

/** Takes the row's lock, which every change of the stack's state is made under. */
export async function lockStack(tx: Tx, id: string): Promise<StackRecord | undefined> {
  return record(await tx.selectFrom("stacks").selectAll().where("id", "=", id).forUpdate().executeTakeFirst());
}

/** @returns undefined when a stack of this name exists. */
export async function insertStack(db: Database | Tx, stack: NewStack): Promise<StackRecord | undefined> {
  const inserted = await db
    .insertInto("stacks")
    .values({
      team: stack.team,
      project: stack.project,
      name: stack.name,
      stackSetId: stack.stackSetId ?? null,
      target: stack.target ?? null,
      region: stack.region ?? null,
      doors: [...stack.doors],
      tags: jsonText(stack.tags),
      config: stack.config === undefined ? null : jsonText(stack.config),
      activeUpdate: null,
    })
    .onConflict((conflict) => conflict.columns(["team", "project", "name"]).doNothing())
    .returningAll()
    .executeTakeFirst();
  return record(inserted);
}

export interface StackChange {
  readonly stackSetId?: string | undefined;
  readonly target?: string | undefined;
  readonly region?: string | undefined;
  readonly project?: string;
  readonly name?: string;
  readonly doors?: readonly string[];
  readonly tags?: Readonly<Record<string, string>>;
  readonly config?: Readonly<Record<string, string>> | undefined;
  readonly version?: number;
  readonly activeUpdate?: string | null;
  readonly outputs?: Readonly<Record<string, unknown>>;
  readonly resourceCount?: number;
  readonly suspects?: readonly Suspect[];
}

export async function changeStack(db: Database | Tx, id: string, change: StackChange): Promise<void> {
  const { doors, tags, config, outputs, suspects, ...plain } = change;
  await db
    .updateTable("stacks")
    .set({
      ...Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined)),
      ...(doors && { doors: [...doors] }),
      ...(tags && { tags: jsonText(tags) }),
      ...(config && { config: jsonText(config) }),
      ...(outputs && { outputs: jsonText(outputs) }),
      ...(suspects && { suspects: jsonText(suspects) }),
      updatedAt: sql<Date>`now()`,
    })
    .where("id", "=", id)
    .execute();
}

export async function deleteStack(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("stacks").where("id", "=", id).execute();
}

export async function listStacks(db: Database, filter: StackFilter): Promise<readonly ListedStack[]> {
  const rows = await db
    .selectFrom("stacks")
    .selectAll()
    .select((eb) =>
      eb
        .selectFrom("updates")
        .select((inner) => inner.fn.max("startedAt").as("at"))
        .whereRef("updates.stackId", "=", "stacks.id")
        .where("dryRun", "=", false)
        .as("lastUpdate"),
    )
    .$if(filter.team !== undefined, (query) => query.where("team", "=", filter.team ?? ""))
    .$if(filter.project !== undefined, (query) => query.where("project", "=", filter.project ?? ""))
    .$if(filter.id !== undefined, (query) => query.where("id", "=", filter.id ?? ""))
    .$if(filter.tagName !== undefined, (query) => query.where(sql<boolean>`tags ? ${filter.tagName}`))
    .$if(filter.tagValue !== undefined, (query) =>
      query.where(sql<boolean>`tags ->> ${filter.tagName} = ${filter.tagValue}`),
    )
    .orderBy("team")
    .orderBy("project")
    .orderBy("name")
    .execute();
  return rows.flatMap(({ lastUpdate, ...row }) => {
    const stack = record(row);
    return stack === undefined ? [] : [{ ...stack, lastUpdate: lastUpdate ?? undefined }];
  });
}

export async function listTeams(db: Database): Promise<readonly string[]> {
  const rows = await db.selectFrom("teams").select("name").orderBy("name").execute();
  return rows.map(({ name }) => name);
}

export async function countStacks(db: Database, team: string): Promise<number> {
  const counted = db.selectFrom("stacks").select((eb) => eb.fn.countAll<number>().as("count"));
  return (await counted.where("team", "=", team).executeTakeFirstOrThrow()).count;
}

export async function projectExists(db: Database, team: string, project: string): Promise<boolean> {
  const query = db.selectFrom("stacks").select("id").where("team", "=", team).where("project", "=", project);
  return (await query.limit(1).executeTakeFirst()) !== undefined;
}

/** The JSON columns hold what this store wrote into them, hence the casts. */
function record(row: Selectable<StackTable> | undefined): StackRecord | undefined {
  if (row === undefined) return undefined;
  return {
    id: row.id,
    team: row.team,
    project: row.project,
    name: row.name,
    stackSetId: row.stackSetId ?? undefined,
    target: row.target ?? undefined,
    region: row.region ?? undefined,
    doors: row.doors,
    tags: row.tags as Record<string, string>,
    config: (row.config ?? undefined) as Record<string, string> | undefined,
    version: row.version,
    activeUpdate: row.activeUpdate ?? undefined,
    outputs: row.outputs as Record<string, unknown>,
    resourceCount: row.resourceCount,
    suspects: row.suspects as Suspect[],
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}
