import type { Database } from "../../db/database.ts";
import type { KnownChange, KnownLog } from "../../gate/index.ts";
import type { JournalEntry, Resource } from "../deployments/deployment.ts";
import { kinds } from "../deployments/deployment.ts";
import { journalRow, type StateArchive } from "../deployments/stateArchive.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { type BaseResources, knownResource } from "./judgedSteps.ts";
import { opener } from "./stepJudge.ts";

/** What rules that compare resources may see of a stack while an update runs. */
export interface WatchedResources {
  /** The state before the update. */
  readonly base: BaseResources;
  /** The state with the steps that the update has begun or done. */
  readonly known: KnownLog;
  /** How many entries of the journal are in it; another number in the journal means that there is more to see. */
  readonly entries: number;
}

export interface Watch {
  isWatched(entry: JournalEntry): boolean;
  /** As this process knows it; `anew` reads what other processes may have recorded of the same update. */
  view(held: HeldUpdate, options: { readonly anew: boolean }): Promise<WatchedResources>;
  /** Entries that were committed and not refused. */
  recorded(held: HeldUpdate, entries: readonly JournalEntry[]): void;
  /** Resources of some types in the state that the next update of a stack starts from. */
  base(stackId: string, version: number, types: Types): Promise<BaseResources>;
}

/** Asked of each type, never listed: packs of teams' own may look at every type there is. */
type Types = Pick<ReadonlySet<string>, "has">;

interface View {
  readonly base: BaseResources;
  readonly known: { readonly id: string; readonly changes: KnownChange[] };
  /** Sequence numbers of the entries in it. */
  readonly seen: Set<number>;
}

const MOST_KEPT = 200;

/**
 * Reads the resources of the watched types only, and only when a step on such a type is judged. One process commonly records
 * all of an update, so it keeps what it has seen; the statement that records the next steps tells when there is more.
 */
export function createWatch(db: Database, archive: StateArchive, sealing: Sealing, types: ReadonlySet<string>): Watch {
  const views = new Map<string, View>();
  let last = 0;

  const isWatched: Watch["isWatched"] = ({ operation, state }) =>
    types.has(operation?.resource.type ?? state?.type ?? "");

  async function base(stackId: string, version: number, wanted: Types): Promise<BaseResources> {
    const { deployment } = await archive.checkpoint(db, stackId, version);
    const watched = (deployment.resources ?? []).filter(({ type, delete: doomed }) => wanted.has(type) && !doomed);
    return new Map(watched.map((resource) => [resource.urn, resource]));
  }

  async function start({ update, stack }: HeldUpdate): Promise<View> {
    const found = await base(stack.id, update.version === undefined ? stack.version : update.version - 1, types);
    const open = opener(sealing, stack.id);
    const changes = [...found.values()].map((resource) => present(resource, open));
    last += 1;
    if (views.size >= MOST_KEPT) for (const [oldest] of [...views].slice(0, MOST_KEPT / 2)) views.delete(oldest);
    const view: View = { base: found, known: { id: `${update.id}/${last}`, changes }, seen: new Set() };
    views.set(update.id, view);
    return view;
  }

  function add(view: View, stackId: string, entries: readonly JournalEntry[]): void {
    const open = opener(sealing, stackId);
    for (const entry of entries) {
      if (view.seen.has(entry.sequenceID)) continue;
      view.seen.add(entry.sequenceID);
      const change = changeOf(entry, open);
      if (change !== undefined) view.known.changes.push(change);
    }
  }

  async function unseen(view: View, { update, stack }: HeldUpdate): Promise<readonly JournalEntry[]> {
    const rows = await db
      .selectFrom("journalEntries")
      .select(["sequence", "sealed"])
      .where("updateId", "=", update.id)
      .where("watched", "=", true)
      .where("refused", "=", false)
      .orderBy("sequence")
      .execute();
    return rows
      .filter(({ sequence }) => !view.seen.has(sequence))
      .map(({ sequence, sealed }) => {
        const content = sealing.open({ stackId: stack.id, row: journalRow(update.id, sequence) }, sealed);
        return JSON.parse(content) as JournalEntry; // validated when it was recorded
      });
  }

  return {
    isWatched,
    base,
    async view(held, { anew }) {
      const kept = views.get(held.update.id);
      const view = kept ?? (await start(held));
      if (anew || kept === undefined) add(view, held.stack.id, await unseen(view, held));
      return { base: view.base, known: view.known, entries: view.seen.size };
    },
    recorded(held, entries) {
      const view = views.get(held.update.id);
      if (view !== undefined) add(view, held.stack.id, entries.filter(isWatched));
    },
  };
}

type Open = ReturnType<typeof opener>;

const present = (resource: Resource, open: Open): KnownChange => ({
  urn: resource.urn,
  type: resource.type,
  resource: knownResource(resource, open),
});

function changeOf({ kind, operation, state }: JournalEntry, open: Open): KnownChange | undefined {
  if (kind === kinds.begin && operation?.type === "deleting") {
    const { urn, type, delete: replaced } = operation.resource;
    return replaced ? undefined : { urn, type }; // its replacement has the same URN, and stays
  }
  if (kind === kinds.begin && operation) return present(operation.resource, open);
  return (kind === kinds.success || kind === kinds.outputs) && state ? present(state, open) : undefined;
}
