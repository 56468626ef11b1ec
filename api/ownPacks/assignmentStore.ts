import { sql } from "kysely";
import { z } from "zod";
import { type PackArtefact, packDescription, packKinds } from "../../runner/packs/index.ts";
import type { Database, Tx } from "../db/database.ts";
import type { StepContext } from "../gate/index.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type PackAssignmentView, packAssignmentView } from "./packAssignment.ts";

/** Notified, with an assignment's id, when one has come or gone. */
export const PACK_ASSIGNMENTS_CHANGED = "meridian_pack_assignments";

export interface NewAssignment
  extends Pick<PackAssignmentView, "id" | "team" | "stackSet" | "target" | "environment" | "level" | "imposed"> {
  readonly packId: string;
  readonly assignedBy: string;
  readonly assignedAt: Date;
}

export async function insertAssignment(
  tx: Tx,
  { id, packId, imposed, assignedBy, assignedAt, ...scope }: NewAssignment,
) {
  const { team = null, stackSet = null, target = null, environment = null, level = null } = scope;
  const values = { id, packId, team, stackSet, target, environment, level, imposed, assignedBy, assignedAt };
  await tx.insertInto("packAssignments").values(values).execute();
  await sql`select pg_notify(${PACK_ASSIGNMENTS_CHANGED}, ${id})`.execute(tx);
}

const withPacks = (db: Database) =>
  db
    .selectFrom("packAssignments")
    .innerJoin("ownPacks", "ownPacks.id", "packAssignments.packId")
    .select(["ownPacks.name as pack", "ownPacks.version as version", "ownPacks.digest as digest"])
    .select(["packAssignments.id as id", "packAssignments.team as team", "stackSet", "target", "environment", "level"])
    .select(["imposed", "assignedBy", "assignedAt"]);

/** Those that concern a team: its own and everyone's, newest first. */
export async function listAssignments(
  db: Database,
  request: PageRequest & { readonly team: string },
): Promise<Page<PackAssignmentView>> {
  const before = positionOf(request, z.string());
  const rows = await withPacks(db)
    .where((on) => on.or([on("packAssignments.team", "is", null), on("packAssignments.team", "=", request.team)]))
    .$if(before !== undefined, (query) => query.where("packAssignments.id", "<", before ?? ""))
    .orderBy("packAssignments.id", "desc")
    .limit(request.pageSize + 1)
    .execute();
  return toPage(rows, request, { key: ({ id }) => id, item: toView });
}

export async function findAssignment(db: Database, id: string): Promise<PackAssignmentView | undefined> {
  const row = await withPacks(db).where("packAssignments.id", "=", id).executeTakeFirst();
  return row && toView(row);
}

export async function deleteAssignment(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom("packAssignments").where("id", "=", id).execute();
  await sql`select pg_notify(${PACK_ASSIGNMENTS_CHANGED}, ${id})`.execute(tx);
}

const toView = (row: object): PackAssignmentView => {
  const given = Object.entries(row).filter(([, value]) => value !== null);
  return packAssignmentView.parse(
    Object.fromEntries(given.map(([key, value]) => [key, value instanceof Date ? value.toISOString() : value])),
  );
};

/** A pack that judges a stack, with the levels that its assignments give it. */
export interface AssignedPack extends PackArtefact {
  readonly name: string;
  readonly version: string;
  readonly policies: z.output<typeof packDescription.shape.policies>;
  /** Undefined: the rules' own levels. */
  readonly level: "advisory" | "mandatory" | undefined;
}

/** What of a stack decides which packs are enforced there. */
export type PackPlace = Pick<StepContext, "team" | "stackSet" | "target" | "environment">;

/** The packs that are enforced where a stack is, each once: of several assignments of one pack the strictest counts. */
export async function packsFor(
  db: Database,
  { team, stackSet, target, environment }: PackPlace,
): Promise<readonly AssignedPack[]> {
  const { rows } = await sql`
    select p.digest, p.kind, p.name, p.version, p.policies,
           nullif(max(case a.level when 'mandatory' then 2 when 'advisory' then 0 else 1 end), 1) as strictness
      from pack_assignments a join own_packs p on p.id = a.pack_id
     where (a.team is null or a.team = ${team ?? null})
       and (a.stack_set is null or a.stack_set = ${stackSet ?? null})
       and (a.target is null or a.target = ${target ?? null})
       and (a.environment is null or a.environment = ${environment})
     group by p.id order by p.name, p.version, p.id`.execute(db);
  return rows.map((each) => {
    const { strictness, ...pack } = assigned.parse(each);
    return { ...pack, level: strictness === null ? undefined : strictness === 2 ? "mandatory" : "advisory" };
  });
}

const assigned = z.object({
  digest: z.string(),
  kind: z.enum(packKinds),
  name: z.string(),
  version: z.string(),
  policies: packDescription.shape.policies,
  strictness: z.number().nullable(),
});
