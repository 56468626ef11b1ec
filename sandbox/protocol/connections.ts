import type { Socket } from "node:net";
import type { ProviderConfiguration } from "../model/package.ts";
import type { EngineLog } from "./engineLog.ts";

/** What the sandbox knows of one connection of one engine: each provider instance has its own. */
export interface Connection {
  /** Aborted when the engine cancels or the connection closes; a new one after a cancel. */
  stop: AbortController;
  log?: EngineLog;
  configuration?: ProviderConfiguration;
}

export interface Connections {
  accept(socket: Socket): void;
  /** By the peer address of a call. */
  of(peer: string): Connection;
  count(): number;
}

/** Connections by their peer address, dropped when they close. */
export function createConnections(): Connections {
  const connections = new Map<string, Connection>();
  return {
    accept: (socket) => {
      const peer = `${socket.remoteAddress}:${socket.remotePort}`;
      const connection: Connection = { stop: new AbortController() };
      connections.set(peer, connection);
      socket.once("close", () => {
        connection.stop.abort(new Error("the engine's connection closed"));
        connection.log?.close();
        if (connections.get(peer) === connection) connections.delete(peer);
      });
    },
    of: (peer) => {
      const connection = connections.get(peer);
      // A call can outlive its connection by a moment: it is answered to nobody.
      return connection ?? { stop: new AbortController() };
    },
    count: () => connections.size,
  };
}
