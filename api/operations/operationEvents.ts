import { type RawBuilder, sql } from "kysely";
import type { Database, Tx } from "../db/database.ts";

const eventTypes = ["status", "resource", "diagnostic", "verdict", "end"] as const;
export type EventType = (typeof eventTypes)[number];

/** One line of the log of an operation or a rollout. `data` is our own shape, never the engine's raw event. */
export interface OperationEvent {
  readonly type: EventType;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface NumberedEvent extends OperationEvent {
  readonly sequence: number;
}

export const EVENTS_CHANNEL = "meridian_events";

/**
 * Adds events to an operation's log, and to the log of the rollout it belongs to, with the next numbers of each. Part of
 * the transaction that made them true, so that a reader sees each exactly once; readers are told when it commits.
 */
export async function appendOperationEvents(
  tx: Tx | Database,
  operation: string,
  events: readonly OperationEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const numbered = await append(tx, {
    id: operation,
    events,
    table: sql.raw("operations"),
    parent: sql.raw("rollout"),
  });
  const rollout = numbered?.parent;
  if (rollout === undefined || rollout === null) return;
  const forwarded = events.map((event) => ({
    ...event,
    type: event.type === "end" ? ("status" as const) : event.type,
  }));
  await appendRolloutEvents(tx, rollout, forwarded);
}

/** The same for a rollout's own events. */
export async function appendRolloutEvents(
  tx: Tx | Database,
  rollout: string,
  events: readonly OperationEvent[],
): Promise<void> {
  if (events.length === 0) return;
  await append(tx, { id: rollout, events, table: sql.raw("rollouts"), parent: sql.raw("null::text") });
}

interface Append {
  readonly id: string;
  readonly events: readonly OperationEvent[];
  readonly table: RawBuilder<unknown>;
  readonly parent: RawBuilder<unknown>;
}

/** One statement: counting up locks the row, so two writers of one log take turns and no number is used twice. */
async function append(
  tx: Tx | Database,
  { id, events, table, parent }: Append,
): Promise<{ parent: string | null } | undefined> {
  const document = JSON.stringify(events, withoutNulls);
  const { rows } = await sql<{ parent: string | null }>`
    with log as (
      update ${table} set last_event = last_event + ${events.length} where id = ${id}
      returning last_event - ${events.length} as base, ${parent} as parent
    ), written as (
      insert into operation_events (subject, sequence, type, data)
      select ${id}, log.base + event.number, event.value ->> 'type', event.value -> 'data'
      from log, json_array_elements(${document}::json) with ordinality as event (value, number)
    )
    select parent, pg_notify(${EVENTS_CHANNEL}, ${id}) from log`.execute(tx);
  return rows[0];
}

/** PostgreSQL's text cannot hold the null character, and an engine may print one. */
function withoutNulls(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("\0", "") : value;
}

/** The events after a number, in order, at most `limit` of them. */
export async function readEvents(
  db: Database,
  { subject, after, limit = 500 }: { subject: string; after: number; limit?: number },
): Promise<readonly NumberedEvent[]> {
  const rows = await db
    .selectFrom("operationEvents")
    .select(["sequence", "type", "data"])
    .where("subject", "=", subject)
    .where("sequence", ">", after)
    .orderBy("sequence")
    .limit(limit)
    .execute();
  return rows as unknown as readonly NumberedEvent[]; // the table's own checks hold the types
}

/** The newest event, to tell whether the log is complete. */
export async function lastEventOf(db: Database, subject: string): Promise<NumberedEvent | undefined> {
  const row = await db
    .selectFrom("operationEvents")
    .select(["sequence", "type", "data"])
    .where("subject", "=", subject)
    .orderBy("sequence", "desc")
    .executeTakeFirst();
  return row as unknown as NumberedEvent | undefined; // the table's own checks hold the types
}

/** What the engine reported as errors, in order. */
export async function readErrors(db: Database, subject: string): Promise<readonly string[]> {
  const { rows } = await sql<{ message: string }>`
    select data ->> 'message' as message from operation_events
    where subject = ${subject} and type = 'diagnostic' and data ->> 'severity' = 'error' order by sequence`.execute(db);
  return rows.map((row) => row.message);
}
