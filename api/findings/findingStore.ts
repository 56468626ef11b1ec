import { sql } from "kysely";
import { z } from "zod";
import { type Caller, mayReach } from "../base/caller.ts";
import type { Database, Tx } from "../db/database.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { type Finding, finding } from "./finding.ts";

export interface FindingFilter {
  readonly team: string | undefined;
  /** `project/name`, or the name alone in the service's own project. */
  readonly stack?: string | undefined;
  readonly policy?: string | undefined;
  readonly status?: string | undefined;
}

/** Newest first. A page holds only what the caller reaches, so it can be shorter than asked for and not be the last. */
export async function listFindings(
  db: Database,
  request: PageRequest & FindingFilter & { readonly caller: Caller },
): Promise<Page<Finding>> {
  const before = positionOf(request, z.string());
  let query = db
    .selectFrom("findings")
    .innerJoin("stacks", "stacks.id", "findings.stackId")
    .selectAll("findings")
    .select(["stacks.project", "stacks.name"])
    .orderBy("findings.id", "desc")
    .limit(request.pageSize + 1);
  if (before !== undefined) query = query.where("findings.id", "<", before);
  if (request.team !== undefined) query = query.where("findings.team", "=", request.team);
  if (request.policy !== undefined) query = query.where("policy", "=", request.policy);
  if (request.status !== undefined) query = query.where("status", "=", request.status);
  if (request.stack !== undefined) {
    const [project = "", name] = request.stack.split("/");
    query = query.where("stacks.project", "=", name === undefined ? "meridian" : project);
    query = query.where("stacks.name", "=", name ?? project);
  }
  const page = toPage(await query.execute(), request, { key: ({ id }) => id, item: (row) => row });
  return { ...page, items: page.items.filter((row) => mayReach(request.caller, row)).map(toFinding) };
}

type Row = Omit<
  Finding,
  "stack" | "since" | "resolvedAt" | "operation" | "update" | "resolution" | "level" | "status"
> & {
  readonly project: string;
  readonly name: string;
  readonly since: Date;
  readonly resolvedAt: Date | null;
  readonly operation: string | null;
  readonly updateId: string | null;
  readonly resolution: string | null;
  readonly level: string;
  readonly status: string;
};

function toFinding({ project, name, since, resolvedAt, operation, updateId, resolution, ...row }: Row): Finding {
  return finding.parse({
    ...row,
    stack: `${project}/${name}`,
    since: since.toISOString(),
    ...(operation === null ? {} : { operation }),
    ...(updateId === null ? {} : { update: updateId }),
    ...(resolvedAt === null ? {} : { resolvedAt: resolvedAt.toISOString() }),
    ...(resolution === null ? {} : { resolution }),
  });
}

/** Settles what was found of resources that a stack's state does not have any more. */
export async function resolveGone(
  tx: Tx,
  stackId: string,
  resources: readonly { readonly urn: string }[],
): Promise<void> {
  const open = await tx
    .selectFrom("findings")
    .select(["id", "urn"])
    .where("stackId", "=", stackId)
    .where("status", "=", "open")
    .execute();
  if (open.length === 0) return;
  const there = new Set(resources.map(({ urn }) => urn));
  const gone = open.filter(({ urn }) => !there.has(urn)).map(({ id }) => id);
  if (gone.length === 0) return;
  await tx
    .updateTable("findings")
    .set({ status: "resolved", resolvedAt: sql`now()`, resolution: "gone" })
    .where("id", "in", gone)
    .execute();
}
