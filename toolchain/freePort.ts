import { randomInt } from "node:crypto";
import { once } from "node:events";
import net from "node:net";

/** Below every system's range for outgoing connections: Linux begins at 32768 (ip(7)), macOS and Windows at 49152. */
const FIRST = 20_000;
const LAST = 32_000;
const TRIES = 50;

/**
 * A port of 127.0.0.1 that nobody listens on, for a process that has to be told its port before it starts. One that
 * the kernel would choose may be given to anyone's outgoing connection before that process listens, or while it
 * restarts; one below that range is only ever taken by somebody who draws the same number.
 * @throws Error where fifty ports drawn at random are all taken
 */
export async function freePort(): Promise<number> {
  let refused: unknown;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const port = randomInt(FIRST, LAST);
    try {
      const server = net.createServer().listen(port, "127.0.0.1");
      await once(server, "listening");
      server.close();
      await once(server, "close");
      return port;
    } catch (error) {
      refused = error; // taken: the next one
    }
  }
  throw new Error(`no free port between ${FIRST} and ${LAST} in ${TRIES} tries; the last one: ${String(refused)}`);
}
