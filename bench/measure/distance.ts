import { once } from "node:events";
import net from "node:net";

export interface Distance {
  /** Where a client finds the service as if it were far away. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * A way to a service on this machine on which every byte is late: by half of the round trip in each direction, with nothing
 * lost and no limit to how much is under way. A connection takes one round trip more to be made, as TCP's own does.
 */
export async function startDistance(serviceUrl: string, roundTripMs: number): Promise<Distance> {
  const { hostname, port } = new URL(serviceUrl);
  const half = roundTripMs / 2;
  const sockets = new Set<net.Socket>();
  const late = (from: net.Socket, to: net.Socket): void => {
    from.on("data", (bytes) => void setTimeout(() => to.writable && to.write(bytes), half));
    from.once("close", () => void setTimeout(() => to.end(), half));
    from.on("error", () => undefined); // followed by its close
  };
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname);
    for (const socket of [near, far]) {
      socket.setNoDelay(true);
      sockets.add(socket);
      socket.once("close", () => sockets.delete(socket));
    }
    near.pause();
    setTimeout(() => near.resume(), roundTripMs);
    late(near, far);
    late(far, near);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async close() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
