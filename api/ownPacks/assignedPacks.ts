import type { Clock } from "../base/clock.ts";
import type { Database } from "../db/database.ts";
import type { Notifications } from "../db/notifications.ts";
import { type AssignedPack, PACK_ASSIGNMENTS_CHANGED, type PackPlace, packsFor } from "./assignmentStore.ts";

/** The packs that are enforced where stacks are, as judgements ask for them. */
export interface AssignedPacks {
  packsFor(place: PackPlace): Promise<readonly AssignedPack[]>;
  /** To be called when an assignment has changed: the next judgement reads. */
  forget(): void;
  /** Remembers from now on what was read, until there is news of a change. */
  listenTo(notifications: Pick<Notifications, "subscribe" | "isListening">): void;
}

interface Remembered {
  readonly packs: Promise<readonly AssignedPack[]>;
  /** Milliseconds of the clock. */
  readonly until: number;
}

/** Where news is lost and nobody has noticed yet, an assignment is in force after this long all the same. */
const TRUSTED_FOR_MS = 3_000;
const MOST_REMEMBERED = 1_000;

/**
 * An update is judged in dozens of batches, each of which would read the same few rows, commonly none. What was read is
 * remembered only while this process hears of changes.
 */
export function createAssignedPacks({ db, clock }: { readonly db: Database; readonly clock: Clock }): AssignedPacks {
  const remembered = new Map<string, Remembered>();
  let isListening = (): boolean => false;
  const forget = (): void => remembered.clear();

  return {
    packsFor(place) {
      if (!isListening()) return packsFor(db, place);
      const { team, stackSet, target, environment } = place;
      const key = JSON.stringify([team, stackSet, target, environment]);
      const now = clock.now().getTime();
      const known = remembered.get(key);
      if (known !== undefined && now < known.until) return known.packs;
      if (remembered.size >= MOST_REMEMBERED) forget();
      const packs = packsFor(db, place);
      remembered.set(key, { packs, until: now + TRUSTED_FOR_MS });
      packs.catch(() => {
        if (remembered.get(key)?.packs === packs) remembered.delete(key);
      });
      return packs;
    },
    forget,
    listenTo(notifications) {
      notifications.subscribe(PACK_ASSIGNMENTS_CHANGED, forget);
      isListening = () => notifications.isListening();
    },
  };
}
