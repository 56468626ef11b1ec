import net from "node:net";

/** Milliseconds without a byte in either direction after which a server that was asked something counts as gone. */
export const SILENCE_MS = 20_000;

/**
 * A socket that breaks when nothing comes or goes for a while. A server that vanishes in a failover closes nothing: whoever
 * waits for its answer would wait until TCP gives up, a quarter of an hour later, and hold the connection all the while.
 */
export function impatientSocket(silenceMs: number): net.Socket {
  const socket = new net.Socket();
  socket.setTimeout(silenceMs, () => {
    const silent = new Error(`the database was silent for ${silenceMs} ms`);
    socket.destroy(Object.assign(silent, { code: "ETIMEDOUT" }));
  });
  return socket;
}
