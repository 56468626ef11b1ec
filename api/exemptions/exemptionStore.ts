import { type Selectable, type SqlBool, sql } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import type { ExemptionTable } from "../db/exemptionSchema.ts";
import { expiryWarning } from "../gate/index.ts";
import { type Page, type PageRequest, positionOf, toPage } from "../http/paging.ts";
import { addressOf, idOf } from "../stacks/stack.ts";
import {
  type CreateExemption,
  DAY_MS,
  type Decision,
  type ExemptionLimits,
  type ExemptionStatus,
  type ExemptionView,
  exemptionView,
  statusOf,
  warnsFrom,
} from "./exemption.ts";

/** Says that exemptions have changed: look again. */
export const EXEMPTIONS_CHANGED = "meridian_exemptions";

export type ExemptionRow = Selectable<ExemptionTable>;

export interface NewExemption {
  readonly id: string;
  readonly team: string;
  readonly asked: CreateExemption;
  readonly maxUses: number | undefined;
  readonly requestedBy: string;
  readonly requester: string;
  readonly requesterKey: string;
  readonly createdAt: Date;
}

export async function insertExemption(tx: Tx, { asked, maxUses, ...about }: NewExemption): Promise<ExemptionRow> {
  const { policy, scope, ceiling, reason, startsAt, endsAt } = asked;
  const address = scope.stack === undefined ? undefined : addressOf(scope.stack);
  return tx
    .insertInto("exemptions")
    .values({
      ...about,
      policy,
      reason,
      decision: "requested",
      stackSet: scope.stackSet ?? null,
      project: address?.project ?? null,
      stack: address?.name ?? null,
      region: scope.region ?? null,
      urn: scope.urn ?? null,
      ceiling: ceiling ?? null,
      startsAt: startsAt === undefined ? null : new Date(startsAt),
      endsAt: new Date(endsAt),
      maxUses: maxUses ?? null,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findExemption(db: Database, id: string): Promise<ExemptionRow | undefined> {
  return db.selectFrom("exemptions").selectAll().where("id", "=", id).executeTakeFirst();
}

/** Locked until the transaction ends: two decisions, or a decision and a use, take turns. */
export async function lockExemption(tx: Tx, id: string): Promise<ExemptionRow | undefined> {
  return tx.selectFrom("exemptions").selectAll().where("id", "=", id).forUpdate().executeTakeFirst();
}

/** Changes one, and says so to every process once it is committed. */
export async function changeExemption(
  tx: Tx,
  id: string,
  change: Partial<Pick<ExemptionRow, "startsAt" | "decidedBy" | "decider" | "decidedAt">> &
    Partial<Pick<ExemptionRow, "withdrawnBy" | "withdrawer" | "withdrawnAt">> & { readonly decision: Decision },
): Promise<ExemptionRow> {
  const row = await tx
    .updateTable("exemptions")
    .set(change)
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
  await sql`select pg_notify(${EXEMPTIONS_CHANGED}, ${id})`.execute(tx);
  return row;
}

export interface ExemptionFilter {
  readonly team: string;
  readonly policy?: string | undefined;
  readonly stackSet?: string | undefined;
  readonly stack?: string | undefined;
  readonly status?: ExemptionStatus | undefined;
  /** Granted, and never used. */
  readonly unused?: boolean | undefined;
  /** In force, and not used for so many days. */
  readonly unusedForDays?: number | undefined;
  /** In force, and to end within so many days. */
  readonly expiringInDays?: number | undefined;
}

/** Newest first: the ids are ordered by their time of making. */
export async function listExemptions(
  db: Database,
  request: PageRequest & ExemptionFilter,
  { now, limits }: { readonly now: Date; readonly limits: ExemptionLimits },
): Promise<Page<ExemptionView>> {
  const before = positionOf(request, z.string());
  const { team, policy, stackSet, stack } = request;
  const address = stack === undefined ? undefined : addressOf(stack);
  let query = db
    .selectFrom("exemptions")
    .selectAll()
    .where("team", "=", team)
    .orderBy("id", "desc")
    .limit(request.pageSize + 1);
  if (before !== undefined) query = query.where("id", "<", before);
  if (policy !== undefined) query = query.where("policy", "=", policy);
  if (stackSet !== undefined) query = query.where("stackSet", "=", stackSet);
  if (address !== undefined) query = query.where("project", "=", address.project).where("stack", "=", address.name);
  for (const condition of conditionsOf(request, now)) query = query.where(condition);
  return toPage(await query.execute(), request, { key: ({ id }) => id, item: (row) => toView(row, { now, limits }) });
}

/** The conditions of `statusOf`, for the database. */
const statusIs: Readonly<Record<ExemptionStatus, (now: Date) => ReturnType<typeof sql<SqlBool>>>> = {
  requested: (now) => sql`decision = 'requested' and ends_at > ${now}`,
  rejected: () => sql`decision = 'rejected'`,
  withdrawn: () => sql`decision = 'withdrawn'`,
  expired: (now) => sql`decision in ('requested', 'approved') and ends_at <= ${now}`,
  exhausted: (now) => sql`decision = 'approved' and ends_at > ${now} and uses >= max_uses`,
  approved: (now) =>
    sql`decision = 'approved' and ${now} < starts_at and ends_at > ${now} and uses < coalesce(max_uses, uses + 1)`,
  active: (now) =>
    sql`decision = 'approved' and starts_at <= ${now} and ends_at > ${now} and uses < coalesce(max_uses, uses + 1)`,
};

function conditionsOf({ status, unused, unusedForDays, expiringInDays }: ExemptionFilter, now: Date) {
  const days = (count: number) => new Date(now.getTime() + count * DAY_MS);
  return [
    ...(status === undefined ? [] : [statusIs[status](now)]),
    ...(unused === true ? [sql<SqlBool>`decision = 'approved' and uses = 0`] : []),
    ...(unusedForDays === undefined
      ? []
      : [statusIs.active(now), sql<SqlBool>`coalesce(last_used_at, starts_at) <= ${days(-unusedForDays)}`]),
    ...(expiringInDays === undefined ? [] : [statusIs.active(now), sql<SqlBool>`ends_at <= ${days(expiringInDays)}`]),
  ];
}

export function toView(
  row: ExemptionRow,
  { now, limits }: { readonly now: Date; readonly limits: ExemptionLimits },
): ExemptionView {
  const { project, stack, stackSet, region, urn } = row;
  const facts = { startsAt: row.startsAt ?? undefined, endsAt: row.endsAt, maxUses: row.maxUses ?? undefined };
  // The table's check constraint holds the decision.
  const status = statusOf({ decision: row.decision as Decision, uses: row.uses, ...facts }, now);
  const warns = warnsFrom(row.endsAt, limits)?.toISOString();
  const ends = { endsAt: row.endsAt.toISOString(), ...(warns !== undefined && { warnsFrom: warns }) };
  const warning = status === "active" ? expiryWarning(ends, now) : undefined;
  return exemptionView.parse({
    id: row.id,
    team: row.team,
    policy: row.policy,
    scope: {
      stackSet: stackSet ?? undefined,
      stack: project === null || stack === null ? undefined : idOf({ project, name: stack }),
      region: region ?? undefined,
      urn: urn ?? undefined,
    },
    ceiling: row.ceiling ?? undefined,
    reason: row.reason,
    status,
    requestedBy: row.requestedBy,
    requester: row.requester,
    createdAt: row.createdAt.toISOString(),
    decided: decidedOf(row.decidedBy, row.decider, row.decidedAt),
    withdrawn: decidedOf(row.withdrawnBy, row.withdrawer, row.withdrawnAt),
    startsAt: row.startsAt?.toISOString(),
    endsAt: row.endsAt.toISOString(),
    maxUses: row.maxUses ?? undefined,
    uses: row.uses,
    lastUsedAt: row.lastUsedAt?.toISOString(),
    warnings: warning === undefined ? [] : [warning],
  });
}

const decidedOf = (by: string | null, person: string | null, at: Date | null) =>
  by === null || person === null || at === null ? undefined : { by, person, at: at.toISOString() };
