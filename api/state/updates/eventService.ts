import type { Clock } from "../../base/clock.ts";
import type { Database, OpenDatabase, Tx } from "../../db/database.ts";
import { heldLock } from "../journal/checkpointService.ts";
import { summarizedChanges } from "../journal/journalSteps.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { EngineEvent } from "./engineEvent.ts";
import type { HeldUpdate } from "./heldUpdates.ts";
import { operationUpdate, type UpdateListener } from "./updateListener.ts";
import { changeUpdate } from "./updateStore.ts";

interface EventDeps {
  readonly database: OpenDatabase;
  readonly sealing: Sealing;
  readonly listener: UpdateListener;
  readonly clock: Clock;
}

export interface EventService {
  /** Stores events once each, by their sequence; a repetition changes nothing. */
  record(held: HeldUpdate, events: readonly EngineEvent[]): Promise<void>;
  read(update: { readonly id: string; readonly stackId: string }): Promise<readonly EngineEvent[]>;
}

export const eventRow = (updateId: string, sequence: number): string => `event/${updateId}/${sequence}`;

export function createEventService({ database, sealing, listener, clock }: EventDeps): EventService {
  async function insert(tx: Tx, { update, stack }: HeldUpdate, events: readonly EngineEvent[]): Promise<Set<number>> {
    const rows = events.map((event) => ({
      updateId: update.id,
      sequence: event.sequence,
      sealed: sealing.seal({ stackId: stack.id, row: eventRow(update.id, event.sequence) }, JSON.stringify(event)),
    }));
    const inserted = await tx
      .insertInto("engineEvents")
      .values(rows)
      .onConflict((conflict) => conflict.doNothing())
      .returning("sequence")
      .execute();
    return new Set(inserted.map(({ sequence }) => sequence));
  }

  return {
    async record(held, events) {
      if (events.length === 0) return;
      await database.db.transaction().execute(async (tx) => {
        // The engine's journal goes on meanwhile, but for the one batch that changes the update itself.
        const mode = events.some(({ summaryEvent }) => summaryEvent) ? "update" : "share";
        const update = await heldLock(tx, held, { now: clock.now(), mode });
        const fresh = await insert(tx, held, [...new Map(events.map((event) => [event.sequence, event])).values()]);
        const news = events.filter(({ sequence }) => fresh.has(sequence));
        const summary = news.findLast(({ summaryEvent }) => summaryEvent)?.summaryEvent;
        if (summary) await changeUpdate(tx, update.id, { changes: summarizedChanges(summary.resourceChanges ?? {}) });
        const told = operationUpdate(update, held.stack);
        if (told !== undefined && news.length > 0) await listener.eventsRecorded(tx, told, news);
      });
    },

    read: ({ id, stackId }) => readEvents(database.db, sealing, { id, stackId }),
  };
}

async function readEvents(
  db: Database,
  sealing: Sealing,
  { id, stackId }: { readonly id: string; readonly stackId: string },
): Promise<readonly EngineEvent[]> {
  const query = db.selectFrom("engineEvents").select(["sequence", "sealed"]).where("updateId", "=", id);
  const rows = await query.orderBy("sequence").execute();
  return rows.map(({ sequence, sealed }) => {
    const content = sealing.open({ stackId, row: eventRow(id, sequence) }, sealed);
    return JSON.parse(content) as EngineEvent; // validated when it came in
  });
}
