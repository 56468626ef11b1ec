/** What the pool knows of one runner. */
export interface RunnerState {
  /** Whose it is: artefact and team. Undefined until its first job, and then for ever the same. */
  readonly key: string | undefined;
  readonly busy: boolean;
  /** Started for one artefact, whose modules no other runner has: it belongs to its key from the beginning. */
  readonly special: boolean;
  readonly operations: number;
  readonly residentBytes: number;
  /** Order of last use; higher is later. */
  readonly lastUse: number;
}

export interface PoolLimits {
  /** Jobs at once. */
  readonly capacity: number;
  /** The SDK leaks: a runner is replaced after this many operations, or when it has grown to this size. */
  readonly operations: number;
  readonly residentBytes: number;
}

/**
 * A runner of 150 resources holds 343 MB after one update and 419 MB after two; the next one's first update is slower by
 * 0.4 s. Three of them at this size leave room for two packs, two engines and the service in 4 GB (docs/performance.md).
 */
export const runnerLimits = { operations: 10, residentBytes: 600 * 1024 * 1024 } as const;

function isSpent(runner: RunnerState, limits: PoolLimits): boolean {
  return runner.operations >= limits.operations || runner.residentBytes >= limits.residentBytes;
}

/**
 * The runner for a job: an idle one of the same artefact and team, or else one that has belonged to nobody yet. A job that needs a
 * special runner gets no other.
 */
export function chooseRunner<Runner extends RunnerState>(
  runners: readonly Runner[],
  key: string,
  special = false,
): Runner | undefined {
  const idle = runners
    .filter((runner) => !runner.busy && runner.special === special)
    .toSorted((one, other) => other.lastUse - one.lastUse);
  return idle.find((runner) => runner.key === key) ?? idle.find((runner) => runner.key === undefined);
}

export interface PoolPlan<Runner> {
  readonly retire: readonly Runner[];
  /** Of those, the ones that get a successor of their kind now, so that the next job of their key waits for no start. */
  readonly renew: readonly Runner[];
  /** How many new ones to start. */
  readonly start: number;
}

/**
 * What to do about the pool now. There is always one runner that belongs to nobody, so that the next team's job waits for
 * no start, and never more than one above the capacity: the idle one that was not used for longest makes room.
 */
export function planPool<Runner extends RunnerState>(runners: readonly Runner[], limits: PoolLimits): PoolPlan<Runner> {
  const spent = runners.filter((runner) => !runner.busy && isSpent(runner, limits));
  const kept = runners.filter((runner) => !spent.includes(runner));
  const unbound = kept.filter((runner) => runner.key === undefined && !runner.busy).length;
  const start = Math.max(1 - unbound, limits.capacity - kept.length, 0);
  const surplus = Math.max(kept.length + start - (limits.capacity + 1), 0);
  const dispensable = kept
    .filter((runner) => !runner.busy && runner.key !== undefined)
    .toSorted((one, other) => one.lastUse - other.lastUse)
    .slice(0, surplus);
  return { retire: [...spent, ...dispensable], renew: spent.filter(({ special }) => special), start };
}
