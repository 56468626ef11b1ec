import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";

/** A line to a server that can be cut: what is open breaks, and what is tried fails, as while a server restarts. */
export interface CuttableLine {
  /** The server's address by way of the line. */
  readonly url: string;
  cut(): void;
  /** The server vanishes as in a failover: nothing is closed, and nothing answers any more. */
  freeze(): void;
  /** What is tried from now on gets through; what was frozen stays so. */
  mend(): void;
  /** How many connections were tried since the line was cut or frozen. */
  tries(): number;
  close(): Promise<void>;
}

export async function cuttableLine(server: string): Promise<CuttableLine> {
  const target = new URL(server);
  const open = new Set<Socket>();
  let state: "whole" | "cut" | "frozen" = "whole";
  let tried = 0;
  const line = net.createServer((near) => {
    near.on("error", () => undefined);
    if (state !== "whole") tried += 1;
    if (state === "cut") {
      near.destroy();
      return;
    }
    open.add(near);
    if (state === "frozen") {
      near.resume();
      return;
    }
    const far = net.connect(Number(target.port), target.hostname);
    open.add(far);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  line.listen(0, "127.0.0.1");
  await once(line, "listening");
  const url = new URL(server);
  url.port = String((line.address() as AddressInfo).port); // it listens on a port
  return {
    url: url.href,
    cut() {
      state = "cut";
      tried = 0;
      for (const socket of open) socket.destroy();
      open.clear();
    },
    freeze() {
      state = "frozen";
      tried = 0;
      for (const socket of open) socket.unpipe().resume().removeAllListeners("close");
    },
    mend() {
      state = "whole";
    },
    tries: () => tried,
    async close() {
      for (const socket of open) socket.destroy();
      line.close();
      await once(line, "close");
    },
  };
}
