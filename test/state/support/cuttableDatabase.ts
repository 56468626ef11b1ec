import { once } from "node:events";
import net, { type AddressInfo, type Socket } from "node:net";
import { type OpenDatabase, openDatabase } from "../../../api/db/database.ts";
import { migrate } from "../../../api/db/migrate.ts";
import { testDatabase } from "../../support/database.ts";
import { TEAM } from "./testBackend.ts";

/** A database behind a line that can be cut: what is open breaks, and what is tried fails, as while a server restarts. */
export interface CuttableDatabase {
  readonly database: OpenDatabase;
  cut(): void;
  /** The server vanishes as in a failover: nothing is closed, and nothing answers any more. */
  freeze(): void;
  /** What is tried from now on gets through; what was frozen stays so. */
  mend(): void;
  /** How many connections were tried since the line was cut. */
  tries(): number;
  close(): Promise<void>;
}

export async function cuttableDatabase(options: { readonly silenceMs?: number } = {}): Promise<CuttableDatabase> {
  const real = await testDatabase();
  const target = new URL(real.url);
  const open = new Set<Socket>();
  let down = false;
  let frozen = false;
  let tried = 0;
  const line = net.createServer((near) => {
    if (down) {
      tried += 1;
      near.destroy();
      return;
    }
    if (frozen) {
      tried += 1;
      open.add(near);
      near.on("error", () => undefined).resume();
      return;
    }
    const far = net.connect(Number(target.port), target.hostname);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      open.add(one);
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
      one.pipe(other);
    }
  });
  line.listen(0, "127.0.0.1");
  await once(line, "listening");
  const url = new URL(real.url);
  url.port = String((line.address() as AddressInfo).port); // it listens on a port
  const database = openDatabase(url.href, () => undefined, options);
  await migrate(database);
  await database.db.insertInto("teams").values({ name: TEAM }).execute();
  return {
    database,
    cut() {
      down = true;
      tried = 0;
      for (const socket of open) socket.destroy();
      open.clear();
    },
    freeze() {
      frozen = true;
      tried = 0;
      for (const socket of open) socket.unpipe().resume().removeAllListeners("close");
    },
    mend() {
      down = false;
      frozen = false;
    },
    tries: () => tried,
    async close() {
      await database.close();
      for (const socket of open) socket.destroy();
      line.close();
      await real.drop();
    },
  };
}
