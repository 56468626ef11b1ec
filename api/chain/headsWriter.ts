import { sql } from "kysely";
import type { Clock } from "../base/clock.ts";
import type { Database } from "../db/database.ts";
import type { ChainHead } from "./chain.ts";
import { type ChainStore, hashAt, readHead } from "./chainStore.ts";
import type { HeadsPlace, KeptHead } from "./headsPlace.ts";
import { readRestores, restoreOf } from "./restores.ts";

interface HeadsWriting {
  readonly db: Database;
  readonly store: ChainStore;
  readonly place: HeadsPlace;
  readonly clock: Clock;
}

/**
 * Makes the function that writes the chain's head elsewhere when it has moved. Whoever owns the database and not that place
 * can then not change what came before: the head would be another. One process at a time writes, so that each head can
 * name the one before it.
 *
 * @throws Error when the head that was written last is no longer in the chain, and no restore from a backup explains that:
 *   the chain was written anew, under the service or while it was down
 */
export function createHeadsWriter({ db, store, place, clock }: HeadsWriting): () => Promise<void> {
  return () =>
    db.transaction().execute(async (tx) => {
      const lock = sql<{ held: boolean }>`select pg_try_advisory_xact_lock(${store.lock}, 1) as held`;
      if ((await lock.execute(tx)).rows[0]?.held !== true) return;
      const before = await place.last();
      const restored = before !== undefined && (await requireKept(tx, store, before));
      const head = await readHead(tx, store);
      if (head.position === 0 || (head.position === before?.position && !restored)) return;
      await place.append({ ...head, at: clock.now().toISOString(), ...(before && { before: bare(before) }) });
    });
}

const bare = ({ position, hash }: ChainHead): ChainHead => ({ position, hash });

/** @returns whether a restore has taken it away */
async function requireKept(db: Database, store: ChainStore, { position, hash, at }: KeptHead): Promise<boolean> {
  if ((await hashAt(db, store, position)) === hash) return false;
  if (restoreOf(await readRestores(db), new Date(at)) !== undefined) return true;
  throw new Error(
    `${store.name} was rewritten: record ${position} is not the one whose head was written at ${at}, and no restore explains it. ` +
      "If the database is another one, move the heads away and keep them",
  );
}
