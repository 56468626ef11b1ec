/**
 * What one region's step of a rollout has to wait for. A rollout waits only for rollouts that were asked for before it, so that two
 * can never wait for one another; ids rise with time.
 */

/** One output that an `up` is going to take. */
export interface Need {
  /** The stack that has it, `<stack set>.<target>.<region>`. */
  readonly stack: string;
  readonly output: string;
  readonly pointer: string;
  /** Rollouts asked for earlier that have not finished bringing that stack up. */
  readonly comingUp: readonly string[];
  readonly present: boolean;
  /** Whether the last change of that stack ended without success. */
  readonly failed: boolean;
}

/** Another stack that takes an output of the one that is to be torn down. */
export interface User {
  readonly stack: string;
  /** Rollouts asked for earlier that have something left to do there. */
  readonly underway: readonly string[];
  /** Whether it was brought up with the output, or is going to be. */
  readonly uses: boolean;
}

export type Judgement =
  | { readonly kind: "go" }
  | { readonly kind: "wait"; readonly rollouts: readonly string[]; readonly stacks: readonly string[] }
  | { readonly kind: "refuse"; readonly stacks: readonly string[] };

/** `stands`: the stack was brought up before. What it takes may then come from a stack whose last change failed. */
export function judgeUp(needs: readonly Need[], stands: boolean): Judgement {
  const coming = needs.filter(({ comingUp }) => comingUp.length > 0);
  if (coming.length > 0) return wait(coming.map(({ stack, comingUp }) => ({ stack, rollouts: comingUp })));
  const missing = needs.filter(({ present, failed }) => !present || (failed && !stands));
  return missing.length === 0 ? { kind: "go" } : { kind: "refuse", stacks: unique(missing.map(({ stack }) => stack)) };
}

export function judgeDestroy(users: readonly User[]): Judgement {
  const leaving = users.filter(({ underway }) => underway.length > 0);
  if (leaving.length > 0) return wait(leaving.map(({ stack, underway }) => ({ stack, rollouts: underway })));
  const using = users.filter(({ uses }) => uses);
  return using.length === 0 ? { kind: "go" } : { kind: "refuse", stacks: unique(using.map(({ stack }) => stack)) };
}

function wait(on: readonly { readonly stack: string; readonly rollouts: readonly string[] }[]): Judgement {
  const rollouts = unique(on.flatMap((each) => each.rollouts));
  return { kind: "wait", rollouts, stacks: unique(on.map(({ stack }) => stack)) };
}

function unique(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
