import type { Clock } from "../base/clock.ts";
import type { Database } from "../db/database.ts";
import { usersOf } from "../dependencies/startFacts.ts";
import { gameEventsBetween } from "../gameEvents/gameEventStore.ts";
import { listStacks } from "../stacks/stackStore.ts";

/** The stack that is to be torn down, as the state backend knows it. */
export interface DoomedStack {
  readonly team: string;
  readonly name: string;
  readonly stackSetId: string | undefined;
  readonly region: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

/** What rules on teardowns know of a stack's surroundings (`TeardownFacts` of the policies). */
export interface TeardownFacts {
  readonly now: string;
  readonly otherHealthyRegions?: readonly string[];
  readonly gameEvents: readonly { readonly name: string; readonly startsAt: string; readonly endsAt: string }[];
  readonly dependents: readonly string[];
}

export type TeardownFactsOf = (stack: DoomedStack) => Promise<TeardownFacts>;

/** How far ahead game events are told: as far as the longest window before one. */
const AHEAD_MS = 7 * 86_400_000;
/** More regions than any cloud has. */
const MOST_REGIONS = 200;

export function createTeardownFacts(db: Database, clock: Clock): TeardownFactsOf {
  async function healthyBeside({ team, stackSetId, region }: DoomedStack, stackSet: string) {
    const { items } = await listStacks(db, { team, stackSet, pageSize: MOST_REGIONS });
    const doomed = stackSetId === undefined ? [] : await regionsToGo(db, stackSetId);
    const gone = [...doomed, region];
    return items.flatMap((other) =>
      other.status === "ready" && !gone.includes(other.region) ? (other.region ?? []) : [],
    );
  }

  return async (stack) => {
    const now = clock.now();
    const stackSet = stack.tags["meridian:stack-set"];
    const { stackSetId, region } = stack;
    const [events, healthy, users] = await Promise.all([
      gameEventsBetween(db, { team: stack.team, stackSet }, [now, new Date(now.getTime() + AHEAD_MS)]),
      stackSet === undefined ? undefined : healthyBeside(stack, stackSet),
      stackSetId === undefined || region === undefined ? [] : usersOf(db, { stackSetId, region }),
    ]);
    return {
      now: now.toISOString(),
      ...(healthy && { otherHealthyRegions: healthy }),
      gameEvents: events.map(({ name, startsAt, endsAt }) => ({ name, startsAt, endsAt })),
      dependents: users.filter(({ uses }) => uses).map((user) => user.stack),
    };
  };
}

/** Regions that an open rollout of the stack set takes down. */
async function regionsToGo(db: Database, stackSetId: string): Promise<readonly string[]> {
  const open = await db
    .selectFrom("rollouts")
    .select("plan")
    .where("stackSetId", "=", stackSetId)
    .where("finishedAt", "is", null)
    .execute();
  const steps = open.flatMap(({ plan }) => plan as readonly { readonly region: string; readonly kind: string }[]); // as planSteps made it
  return steps.filter(({ kind }) => kind === "destroy").map(({ region }) => region);
}
