import type { Response } from "express";
import type { Database } from "../db/database.ts";
import type { WatchSubject } from "../db/watch.ts";
import { openEventStream } from "../http/eventStream.ts";
import { lastEventOf, readEvents } from "./operationEvents.ts";

export interface EventStreams {
  /** Answers with the events of an operation or a rollout after a number, as they come, until `end`. */
  open(res: Response, from: { readonly subject: string; readonly lastEventId: number | undefined }): Promise<void>;
}

/** Notifications wake a reader at once; this is only how long a lost one delays it. */
const POLL_MS = 2_000;

export function createEventStreams(db: Database, watchSubject: WatchSubject): EventStreams {
  return {
    async open(res, { subject, lastEventId }) {
      const last = await lastEventOf(db, subject);
      const endedAt = last?.type === "end" ? last.sequence : undefined;
      const stream = openEventStream(res, { lastEventId, endedAt });
      if (stream === undefined) return;
      const watch = watchSubject(subject);
      stream.closed.addEventListener("abort", () => watch.close());
      let after = lastEventId ?? 0;
      while (!stream.closed.aborted) {
        const events = await readEvents(db, { subject, after });
        for (const { sequence, type, data } of events) {
          await stream.send({ id: sequence, type, data });
          after = sequence;
        }
        if (events.length === 0 && !stream.closed.aborted) await watch.next(POLL_MS);
      }
    },
  };
}
