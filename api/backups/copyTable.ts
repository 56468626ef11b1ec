import { once } from "node:events";
import type { Duplex } from "node:stream";
import type pg from "pg";

/** What the driver has of a connection for COPY, beside what its types say (pg/lib/connection.js). */
interface CopyConnection {
  readonly stream: Duplex;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(message: string): void;
}

/** The members by which the driver's client tells a query of the server's messages (pg/lib/client.js). */
interface CopyQuery {
  submit(connection: unknown): void;
  handleCopyInResponse(connection: CopyConnection): void;
  handleCopyData(message: { readonly chunk: Buffer }, connection: CopyConnection): void;
  handleCommandComplete(): void;
  handleReadyForQuery(): void;
  handleError(error: Error): void;
}

/** Rows that wait to be taken may hold so many bytes before the server is told to wait. */
const MOST_WAITING = 1 << 20;
/** Rows are put together to pieces of about this size. */
const PIECE = 1 << 16;

/** Rows as `copy … to stdout` sends them, in pieces of whole rows; reads no faster than they are taken. */
export async function* copyOut(client: pg.Client, statement: string): AsyncGenerator<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  let ended = false;
  let failure: Error | undefined;
  let stream: Duplex | undefined;
  let wake: () => void = () => undefined;
  const query: CopyQuery = {
    submit(connection) {
      const own = connection as CopyConnection; // the driver's own connection, which has these members
      stream = own.stream;
      own.query(statement);
    },
    handleCopyInResponse: (connection) => connection.sendCopyFail("nothing is to be read here"),
    handleCopyData({ chunk }, connection) {
      waiting.push(Buffer.from(chunk)); // the driver uses the memory of this one again
      size += chunk.length;
      if (size > MOST_WAITING) connection.stream.pause();
      if (size > PIECE) wake();
    },
    handleCommandComplete: () => undefined,
    handleReadyForQuery() {
      ended = true;
      wake();
    },
    handleError(error) {
      failure = error;
      ended = true;
      wake();
    },
  };
  const broken = (error: Error) => query.handleError(error);
  client.once("error", broken);
  client.query(query);
  try {
    for (;;) {
      if (!ended && size <= PIECE) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      if (failure !== undefined) throw failure;
      const piece = Buffer.concat(waiting);
      waiting = [];
      size = 0;
      stream?.resume();
      if (piece.length > 0) yield piece;
      else if (ended) return;
    }
  } finally {
    client.off("error", broken);
  }
}

/** Runs `copy … from stdin` with rows in any pieces. Rejects with what the server says of them, or with what the rows throw. */
export async function copyIn(client: pg.Client, statement: string, rows: AsyncIterable<Buffer>): Promise<void> {
  const done = Promise.withResolvers<void>();
  let failure: unknown;
  const fail = (error: unknown) => {
    failure ??= error;
  };
  const send = async (connection: CopyConnection): Promise<void> => {
    for await (const piece of rows) {
      if (failure !== undefined) return;
      connection.sendCopyFromChunk(piece);
      if (connection.stream.writableNeedDrain) await once(connection.stream, "drain");
    }
    connection.endCopyFrom();
  };
  const query: CopyQuery = {
    submit: (connection) => (connection as CopyConnection).query(statement), // the driver's own connection
    handleCopyInResponse(connection) {
      send(connection).catch((error: unknown) => {
        fail(error);
        connection.sendCopyFail("the rows broke off");
      });
    },
    handleCopyData: () => undefined,
    handleCommandComplete: () => undefined,
    handleReadyForQuery: () => done.resolve(),
    handleError(error) {
      fail(error);
      done.resolve();
    },
  };
  client.once("error", query.handleError);
  client.query(query);
  await done.promise;
  client.off("error", query.handleError);
  if (failure !== undefined) throw failure;
}
