import { once } from "node:events";
import type { Response } from "express";

const HEARTBEAT_MS = 15_000;

interface StreamedEvent {
  /** The sequence number within the stream's subject; a reader that comes back names the last one it has. */
  readonly id: number;
  readonly type: string;
  readonly data: unknown;
}

export interface EventStream {
  /** Resolves when there is room for more: a slow reader slows its own sender, and fills no memory. */
  send(event: StreamedEvent): Promise<void>;
  /** Aborted once the reader is gone or the stream has ended; wait for news with it. */
  readonly closed: AbortSignal;
  /** Ends the answer. `send` does so by itself after an event of the type `end`. */
  end(): void;
}

export interface EventStreamOptions {
  /** What the reader said it has, from Last-Event-ID. */
  readonly lastEventId: number | undefined;
  /** The id of the event `end`, when the subject has ended already. */
  readonly endedAt?: number | undefined;
  readonly heartbeatMs?: number;
}

/**
 * Begins a stream of server-sent events (WHATWG HTML, section 9.2), or answers 204, which tells a browser not to come
 * again, and gives undefined when the reader has the last event already. A comment every 15 seconds shows proxies and
 * readers that the connection lives.
 */
export function openEventStream(res: Response, options: EventStreamOptions): EventStream | undefined {
  const { lastEventId, endedAt } = options;
  if (endedAt !== undefined && lastEventId !== undefined && lastEventId >= endedAt) {
    res.status(204).end();
    return undefined;
  }
  res.status(200).set({
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no", // nginx would otherwise hold events back
  });
  res.flushHeaders();
  const closing = new AbortController();
  const heartbeat = setInterval(() => res.write(":\n\n"), options.heartbeatMs ?? HEARTBEAT_MS);
  const stop = () => {
    clearInterval(heartbeat);
    closing.abort();
  };
  res.once("close", stop);
  const end = () => {
    stop();
    res.end();
  };
  return { send: (event) => send(res, event, { closed: closing.signal, end }), closed: closing.signal, end };
}

async function send(res: Response, event: StreamedEvent, stream: Omit<EventStream, "send">): Promise<void> {
  if (stream.closed.aborted) return;
  const room = res.write(format(event));
  if (event.type === "end") return stream.end();
  if (room) return;
  await once(res, "drain", { signal: stream.closed }).catch((error: unknown) => {
    if (!stream.closed.aborted) throw error; // a reader that went away while we waited is no failure
  });
}

/** JSON has no raw line feeds, so one `data:` line holds any of it. */
function format({ id, type, data }: StreamedEvent): string {
  return `id: ${id}\nevent: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
}
