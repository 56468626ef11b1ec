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
 *
 * One statement: counting up locks the row, so two writers of one log take turns and no number is used twice.
 */
export async function appendOperationEvents(
  tx: Tx | Database,
  operation: string,
  events: readonly OperationEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const count = events.length;
  await sql`
    with event as materialized (${numbered(events)}), log as (
      update operations set last_event = last_event + ${count} where id = ${operation}
      returning last_event - ${count} as base, rollout
    ), written as (
      insert into operation_events (subject, sequence, type, data)
      select ${operation}, log.base + event.number, event.type, event.data from log, event
    ), rollout_log as (
      update rollouts set last_event = last_event + ${count} where id = (select rollout from log)
      returning id, last_event - ${count} as base
    ), forwarded as (
      insert into operation_events (subject, sequence, type, data)
      select rollout_log.id, rollout_log.base + event.number,
             case event.type when 'end' then 'status' else event.type end, event.data
      from rollout_log, event
    )
    select pg_notify(${EVENTS_CHANNEL}, subject)
    from (select ${operation}::text as subject from log union all select id from rollout_log) told`.execute(tx);
}

/** The same for a rollout's own events. */
export async function appendRolloutEvents(
  tx: Tx | Database,
  rollout: string,
  events: readonly OperationEvent[],
): Promise<void> {
  if (events.length === 0) return;
  const count = events.length;
  await sql`
    with event as materialized (${numbered(events)}), log as (
      update rollouts set last_event = last_event + ${count} where id = ${rollout}
      returning last_event - ${count} as base
    ), written as (
      insert into operation_events (subject, sequence, type, data)
      select ${rollout}, log.base + event.number, event.type, event.data from log, event
    )
    select pg_notify(${EVENTS_CHANNEL}, ${rollout}) from log`.execute(tx);
}

/** The events as rows of number (from 1), type and data. */
function numbered(events: readonly OperationEvent[]): RawBuilder<unknown> {
  const document = JSON.stringify(events, storable);
  return sql`
    select event.number, event.value ->> 'type' as type, event.value -> 'data' as data
    from json_array_elements(${document}::json) with ordinality as event (value, number)`;
}

/** PostgreSQL's text cannot hold the null character nor half of a surrogate pair, and an engine may print either. */
function storable(_name: string, value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("\0", "").toWellFormed() : value;
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
