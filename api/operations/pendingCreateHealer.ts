import type { Clock } from "../base/clock.ts";
import { isProblem } from "../base/problem.ts";
import type { CloudPlace, CreateFindings, InquiredCreate, Inventory } from "../inventory/inventory.ts";
import { type CreateFate, fateOf, reachesCloud } from "./findingRules.ts";
import type { Suspect } from "./operation.ts";

/** A create in flight, as the state backend tells it. */
interface PendingCreate extends Omit<InquiredCreate, "provider" | "since"> {
  readonly custom: boolean;
  readonly provider: InquiredCreate["provider"] | undefined;
  readonly since: Date | undefined;
  readonly knownIds: readonly string[];
  readonly withinOwn: boolean;
}

interface BoundStack {
  readonly target: string | undefined;
  readonly region: string | undefined;
}

/** What the healer needs of the state backend. */
export interface StateWithPendingCreates {
  findStackById(stackId: string): Promise<BoundStack | undefined>;
  readPendingCreates(
    stackId: string,
  ): Promise<{ readonly version: number; readonly creates: readonly PendingCreate[] }>;
  settlePendingCreates(settlement: {
    readonly stackId: string;
    readonly version: number;
    readonly settlements: readonly { readonly urn: string; readonly id: string | undefined }[];
    readonly operation: string | undefined;
  }): Promise<"settled" | "changed" | "homeless">;
}

export interface HealerDeps {
  readonly state: StateWithPendingCreates;
  readonly inventory: Inventory;
  /** Where a stack stands; undefined for one that is bound to no target, whose cloud nobody here can ask. */
  readonly placements: (stack: BoundStack) => Promise<CloudPlace | undefined>;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
}

/** What became of each create that was in flight. */
export interface Healing {
  readonly settled: readonly { readonly urn: string; readonly type: string; readonly id: string | undefined }[];
  /** Left to a person, each with the reason. */
  readonly left: readonly Suspect[];
}

export interface Healer {
  /**
   * Settles the creates that a dead engine left in flight, as far as the cloud can say what became of them. No update may hold
   * the stack. Done twice, the second finds nothing to do.
   *
   * @throws Problem `stack-locked` when an update has taken the stack meanwhile
   */
  heal(stackId: string, operation?: string): Promise<Healing>;
}

/**
 * "Not there" is believed when it is seen twice, this far apart: the call of a dead engine may still be on its way. A cloud whose
 * lists lag behind needs more, and brings it along in its inventory.
 */
const LOOK_AGAIN_MS = 250;
/** How long a provider's call that has not ended is waited for; the slowest of AWS, a database cluster, takes this long. */
const UNDER_WAY_MS = 30 * 60_000;

export function createHealer(deps: HealerDeps): Healer {
  const { state, clock } = deps;

  async function inquire(stackId: string, creates: readonly PendingCreate[]): Promise<readonly Looked[]> {
    const stack = await state.findStackById(stackId);
    const place = stack && (await deps.placements(stack));
    return Promise.all(creates.map(async (create) => ({ create, fate: await lookUp(create, place) })));
  }

  async function lookUp(create: PendingCreate, place: CloudPlace | undefined): Promise<CreateFate> {
    if (!reachesCloud(create)) return { fate: "never-made" };
    if (place === undefined) return undecided("The stack is bound to no target, so there is no cloud to ask.");
    if (create.provider === undefined) return undecided("The state does not have the provider that was to make it.");
    const { urn, type, inputs, provider, since } = create;
    const asked = { urn, type, inputs, provider, since: since ?? new Date(0) };
    const findings = await ask(() => deps.inventory.ofCreate(place, asked));
    if (typeof findings === "string") return undecided(findings);
    if (findings === undefined) return undecided(`The service cannot ask the cloud ${place.cloud}.`);
    return fateOf({ ...create, dated: since !== undefined }, findings);
  }

  /** Looks until the answers hold still. */
  async function decide(stackId: string, creates: readonly PendingCreate[]): Promise<readonly Looked[]> {
    const deadline = clock.now().getTime() + UNDER_WAY_MS;
    let before: readonly Looked[] | undefined;
    for (;;) {
      const now = await inquire(stackId, creates);
      const open = now.some(({ fate }) => fate.fate === "under-way");
      if (open && clock.now().getTime() > deadline) return now;
      const believed = !now.some(isAbsence) || (before !== undefined && isDeepEqual(before, now));
      if (!open && believed) return now;
      before = now;
      await deps.wait(LOOK_AGAIN_MS);
    }
  }

  return {
    async heal(stackId, operation) {
      for (;;) {
        const { version, creates } = await state.readPendingCreates(stackId);
        if (creates.length === 0) return { settled: [], left: [] };
        const looked = await decide(stackId, creates);
        const settled = looked.flatMap(settlementOf);
        const left = looked.flatMap(suspectOf);
        if (settled.length === 0) return { settled, left };
        const outcome = await state.settlePendingCreates({ stackId, version, settlements: settled, operation });
        if (outcome === "settled") return { settled, left };
        if (outcome === "homeless")
          return { settled: [], left: creates.map(({ urn, type }) => ({ urn, type, why: HOMELESS })) };
        // Somebody changed the state meanwhile: what is pending in it now is looked at anew.
      }
    },
  };
}

const HOMELESS = "What one of these creates depends on is gone from the state, so that none can be written into it.";

interface Looked {
  readonly create: PendingCreate;
  readonly fate: CreateFate;
}

const undecided = (why: string): CreateFate => ({ fate: "undecided", why });

/** A cloud that does not answer is told as a reason: the next attempt asks again. */
async function ask(question: () => Promise<CreateFindings | undefined>): Promise<CreateFindings | string | undefined> {
  try {
    return await question();
  } catch (error) {
    if (isProblem(error)) return `The cloud could not be asked: ${error.message}`;
    throw error;
  }
}

/** What only a second look makes certain. */
const isAbsence = ({ create, fate }: Looked): boolean => fate.fate === "never-made" && reachesCloud(create);

function isDeepEqual(one: readonly Looked[], other: readonly Looked[]): boolean {
  const fates = (looked: readonly Looked[]) => JSON.stringify(looked.map(({ create, fate }) => [create.urn, fate]));
  return fates(one) === fates(other);
}

function settlementOf({ create: { urn, type }, fate }: Looked): Healing["settled"] {
  if (fate.fate === "made") return [{ urn, type, id: fate.id }];
  return fate.fate === "never-made" ? [{ urn, type, id: undefined }] : [];
}

function suspectOf({ create: { urn, type }, fate }: Looked): readonly Suspect[] {
  if (fate.fate === "undecided") return [{ urn, type, why: fate.why }];
  return fate.fate === "under-way" ? [{ urn, type, why: "The provider's call for it has not ended yet." }] : [];
}
