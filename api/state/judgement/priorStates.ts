import type { Clock } from "../../base/clock.ts";
import type { Database } from "../../db/database.ts";
import { kinds, type Resource } from "../deployments/deployment.ts";
import type { StateArchive } from "../deployments/stateArchive.ts";
import { replayJournal } from "../journal/replayJournal.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";

/** The resources that the places in an update's journal entries count in. */
export interface PriorState {
  /** Of types that no rule reads, only what tells one from another. */
  readonly resources: readonly Resource[];
  /** The one that is not waiting for its deletion. */
  live(urn: string): Resource | undefined;
}

export interface PriorStates {
  of(held: HeldUpdate): Promise<PriorState>;
  /** To be called when the update has rewritten its base. */
  forget(held: HeldUpdate): void;
}

interface PriorStateDeps {
  readonly db: Database;
  readonly archive: StateArchive;
  readonly clock: Clock;
  readonly types: ReadonlySet<string>;
}

const MOST_KEPT = 100;
const rewriting: readonly number[] = [kinds.write, kinds.rebuiltBaseState];

/** Kept for each update that asks: the base is read from its checkpoint, and changes only when the engine rewrites it. */
export function createPriorStates({ db, archive, clock, types }: PriorStateDeps): PriorStates {
  const kept = new Map<string, PriorState>();

  async function read({ update, stack }: HeldUpdate): Promise<readonly Resource[]> {
    const version = update.version === undefined ? stack.version : update.version - 1;
    const stored = await archive.checkpoint(db, stack.id, version);
    const rewritten = await db
      .selectFrom("journalEntries")
      .select((eb) => eb.fn.max("sequence").as("last"))
      .where("updateId", "=", update.id)
      .where("kind", "in", [...rewriting])
      .where("refused", "=", false)
      .executeTakeFirst();
    const last = Number(rewritten?.last ?? 0);
    if (last === 0) return stored.deployment.resources ?? [];
    const before = (await archive.journal(db, update)).filter(({ sequenceID }) => sequenceID <= last);
    return replayJournal(stored, before, { now: clock.now() }).stored.deployment.resources ?? [];
  }

  const brief = (resource: Resource): Resource => {
    if (types.has(resource.type) || resource.type.startsWith("pulumi:providers:")) return resource;
    const { urn, type, id, external, pendingReplacement } = resource;
    return {
      urn,
      type,
      ...(id !== undefined && { id }),
      ...(resource.delete && { delete: true }),
      ...(external && { external }),
      ...(pendingReplacement && { pendingReplacement }),
    };
  };

  return {
    async of(held) {
      const known = kept.get(held.update.id);
      if (known !== undefined) return known;
      const resources = (await read(held)).map(brief);
      const live = new Map(
        resources.filter((resource) => !resource.delete).map((resource) => [resource.urn, resource]),
      );
      const state: PriorState = { resources, live: (urn) => live.get(urn) };
      if (kept.size >= MOST_KEPT) for (const [oldest] of [...kept].slice(0, MOST_KEPT / 2)) kept.delete(oldest);
      kept.set(held.update.id, state);
      return state;
    },
    forget: ({ update }) => void kept.delete(update.id),
  };
}
