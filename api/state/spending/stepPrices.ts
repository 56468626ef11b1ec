import { sql } from "kysely";
import { type Assumptions, pricedTypes } from "../../../pricing/index.ts";
import type { Database } from "../../db/database.ts";
import type { KnownResource } from "../../gate/index.ts";
import { type JournalEntry, kinds, type PendingOperation, type Resource } from "../deployments/deployment.ts";
import { journalRow, type StateArchive } from "../deployments/stateArchive.ts";
import { priceState, regionOfUpdate } from "../judgement/stateCost.ts";
import { opener } from "../judgement/stepJudge.ts";
import type { Sealing } from "../secrets/sealing.ts";
import type { HeldUpdate } from "../updates/heldUpdates.ts";
import { payerOf, type Spending } from "./spending.ts";
import { stackPriceOf } from "./statePrice.ts";

/**
 * What the resources cost that steps of an update are about to make or change, in micro-USD a month by URN; of a stack that no
 * budget governed when it was first asked for, nothing.
 */
export type StepPrices = (
  held: HeldUpdate,
  operations: readonly PendingOperation[],
) => Promise<Readonly<Record<string, number>>>;

interface StepPriceDeps {
  readonly db: Database;
  readonly archive: StateArchive;
  readonly sealing: Sealing;
  readonly spending: Pick<Spending, "governs">;
  readonly assumptions?: Partial<Assumptions> | undefined;
}

interface Known {
  readonly governed: boolean;
  readonly resources: Map<string, Resource>;
  /** Sequence numbers of the entries that are in it. */
  readonly seen: Set<number>;
  /** What was read of the resources: each batch may refer to all of them. */
  readonly read: WeakMap<Resource, KnownResource>;
}

const MOST_KEPT = 50;
/** What leads to a resource that will be paid for; a deletion's money is free when the update has ended. */
const paying: readonly string[] = ["creating", "updating", "importing"];

/**
 * A resource may be priced by others of its stack (a group of machines by its launch template), so what the update has begun
 * is kept beside the state that it started from; what other control processes recorded is read from the journal.
 */
export function createStepPrices({ db, archive, sealing, spending, assumptions }: StepPriceDeps): StepPrices {
  const kept = new Map<string, Known>();

  async function start(held: HeldUpdate): Promise<Known> {
    const governed = await spending.governs(db, payerOf(held.stack));
    const resources = governed ? await stateBefore(held) : new Map<string, Resource>();
    const known: Known = { governed, resources, seen: new Set(), read: new WeakMap() };
    if (kept.size >= MOST_KEPT) for (const [oldest] of [...kept].slice(0, MOST_KEPT / 2)) kept.delete(oldest);
    kept.set(held.update.id, known);
    return known;
  }

  async function stateBefore({ update, stack }: HeldUpdate): Promise<Map<string, Resource>> {
    const version = update.version === undefined ? stack.version : update.version - 1;
    const { deployment } = await archive.checkpoint(db, stack.id, version);
    const live = (deployment.resources ?? []).filter(({ external, delete: doomed }) => external !== true && !doomed);
    return new Map(live.map((resource) => [resource.urn, resource]));
  }

  async function unseen({ seen }: Known, { update, stack }: HeldUpdate): Promise<readonly JournalEntry[]> {
    const rows = await db
      .selectFrom("journalEntries")
      .select(["sequence", "sealed"])
      .where("updateId", "=", update.id)
      .where("kind", "=", kinds.begin)
      .where("refused", "=", false)
      .where(sql<boolean>`sequence <> all (${[...seen]}::bigint[])`)
      .orderBy("sequence")
      .execute();
    return rows.map(({ sequence, sealed }) => {
      seen.add(sequence);
      const content = sealing.open({ stackId: stack.id, row: journalRow(update.id, sequence) }, sealed);
      return JSON.parse(content) as JournalEntry; // validated when it was recorded
    });
  }

  return async (held, operations) => {
    const paid = operations.filter(({ type, resource }) => paying.includes(type) && pricedTypes.has(resource.type));
    if (paid.length === 0) return {};
    const known = kept.get(held.update.id) ?? (await start(held));
    if (!known.governed) return {};
    const begun = (await unseen(known, held)).flatMap(({ operation }) => operation ?? []);
    for (const { type, resource } of begun) if (paying.includes(type)) known.resources.set(resource.urn, resource);
    const after = new Map(known.resources);
    for (const { type, resource } of operations) if (paying.includes(type)) after.set(resource.urn, resource);
    const open = opener(sealing, held.stack.id);
    const only = new Set(paid.map(({ resource }) => resource.urn));
    const ground = { region: regionOfUpdate(held), open, read: known.read, assumptions, only };
    return stackPriceOf(priceState([...after.values()], ground)).byUrn;
  };
}
