import type pg from "pg";

/**
 * Keeps the process alive when a connection breaks between two statements of a transaction. The driver then emits an error
 * on the connection itself, which without a listener ends the process; the next statement on it fails all the same, and
 * whoever runs the transaction sees that.
 */
export function surviveLostConnections(pool: pg.Pool): void {
  const guarded = new WeakSet<pg.PoolClient>();
  pool.on("acquire", (client) => {
    if (guarded.has(client)) return;
    guarded.add(client);
    client.on("error", () => undefined);
  });
}
