import type { Selectable } from "kysely";
import { newId } from "../base/ids.ts";
import type { Database, Tx } from "../db/database.ts";
import type { DivergenceTable } from "../db/schema.ts";
import type { Divergence, DivergenceKind } from "./divergence.ts";

export type DivergenceStatus = "open" | "adopted" | "forgotten";

export interface DivergenceRecord {
  readonly id: string;
  readonly kind: DivergenceKind;
  readonly team: string | undefined;
  readonly project: string;
  readonly stack: string;
  readonly stackId: string | undefined;
  readonly target: string | undefined;
  readonly urn: string;
  readonly type: string;
  readonly cloudId: string;
  readonly account: string | undefined;
  readonly region: string | undefined;
  readonly handle: string | undefined;
  readonly changed: readonly string[];
  readonly status: DivergenceStatus;
  readonly settledBy: string | undefined;
  readonly settledAt: Date | undefined;
}

/** A divergence with whose it is, as far as that can be told. */
export interface PlacedDivergence extends Divergence {
  readonly project: string;
  readonly stack: string;
  readonly team: string | undefined;
  readonly target: string | undefined;
}

/** Rows in one statement; PostgreSQL takes 65,535 parameters, of which a row has fourteen. */
const ROWS = 2_000;

/** Puts these in the place of everything that is still open. */
export async function replaceOpen(tx: Tx, quarantine: string, found: readonly PlacedDivergence[]): Promise<void> {
  await tx.deleteFrom("divergences").where("quarantine", "=", quarantine).where("status", "=", "open").execute();
  for (let at = 0; at < found.length; at += ROWS) {
    const rows = found.slice(at, at + ROWS).map(({ found: resource, changed, stackId, team, target, ...plain }) => ({
      ...plain,
      id: newId("div"),
      quarantine,
      team: team ?? null,
      target: target ?? null,
      stackId: stackId ?? null,
      account: resource?.account ?? null,
      region: resource?.region ?? null,
      handle: resource?.handle ?? null,
      changed: [...changed],
      settledBy: null,
      settledAt: null,
    }));
    await tx.insertInto("divergences").values(rows).execute();
  }
}

export interface DivergenceFilter {
  readonly quarantine: string;
  readonly status?: DivergenceStatus | undefined;
  readonly kind?: DivergenceKind | undefined;
  readonly project?: string | undefined;
  readonly stack?: string | undefined;
  readonly team?: string | undefined;
  /** The id of the last one seen. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** By id, so that a page begins where the one before ended. */
export async function listDivergences(
  db: Database | Tx,
  { quarantine, after, limit, ...equal }: DivergenceFilter,
): Promise<readonly DivergenceRecord[]> {
  let query = db.selectFrom("divergences").selectAll().where("quarantine", "=", quarantine);
  for (const [column, value] of Object.entries(equal)) {
    if (value !== undefined) query = query.where(column as keyof typeof equal, "=", value); // its own keys
  }
  if (after !== undefined) query = query.where("id", ">", after);
  if (limit !== undefined) query = query.limit(limit);
  return (await query.orderBy("id").execute()).map(record);
}

export async function lockDivergence(tx: Tx, quarantine: string, id: string): Promise<DivergenceRecord | undefined> {
  const query = tx.selectFrom("divergences").selectAll().where("quarantine", "=", quarantine).where("id", "=", id);
  const row = await query.forUpdate().executeTakeFirst();
  return row && record(row);
}

export async function markSettled(
  tx: Tx,
  ids: readonly string[],
  settled: {
    readonly status: DivergenceStatus;
    readonly by: string;
    readonly at: Date;
    readonly stackId: string | undefined;
    readonly team: string | undefined;
  },
): Promise<void> {
  const { status, by, at, stackId, team } = settled;
  await tx
    .updateTable("divergences")
    .set({ status, settledBy: by, settledAt: at, ...(stackId && { stackId }), ...(team && { team }) })
    .where("id", "in", ids)
    .execute();
}

/** How many there are of each kind and status. */
export async function countDivergences(
  db: Database | Tx,
  quarantine: string,
): Promise<readonly { readonly kind: DivergenceKind; readonly status: DivergenceStatus; readonly count: number }[]> {
  const rows = await db
    .selectFrom("divergences")
    .select((eb) => ["kind", "status", eb.fn.countAll<number>().as("count")])
    .where("quarantine", "=", quarantine)
    .groupBy(["kind", "status"])
    .execute();
  // The table's checks hold both to these words.
  return rows.map(({ kind, status, count }) => ({
    kind: kind as DivergenceKind,
    status: status as DivergenceStatus,
    count,
  }));
}

function record(row: Selectable<DivergenceTable>): DivergenceRecord {
  return {
    id: row.id,
    kind: row.kind as DivergenceKind, // the table's check holds it
    team: row.team ?? undefined,
    project: row.project,
    stack: row.stack,
    stackId: row.stackId ?? undefined,
    target: row.target ?? undefined,
    urn: row.urn,
    type: row.type,
    cloudId: row.cloudId,
    account: row.account ?? undefined,
    region: row.region ?? undefined,
    handle: row.handle ?? undefined,
    changed: row.changed,
    status: row.status as DivergenceStatus, // the table's check holds it
    settledBy: row.settledBy ?? undefined,
    settledAt: row.settledAt ?? undefined,
  };
}
