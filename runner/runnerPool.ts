import { chooseRunner, type PoolLimits, planPool, type RunnerState } from "./poolPlan.ts";
import type { Runner } from "./runnerProcess.ts";

export interface RunnerPool {
  /**
   * A warm runner that has belonged to this key or to nobody; the caller gives it back. Rejects when none can be started. `special`
   * starts one for jobs of the key that no common runner can do.
   */
  take(key: string, special?: () => Runner): Promise<Runner>;
  /** `residentBytes`: its size after the job, where it is known. */
  giveBack(runner: Runner, residentBytes: number | undefined): void;
  /** Ends the idle ones, now and when they come back; resolves when all are gone. */
  close(): Promise<void>;
}

interface Member extends RunnerState {
  readonly runner: Runner;
  readonly start: () => Runner;
}

/** Runners that died before they could take a job are not replaced at once, lest a broken library burn a core. */
const RESTART_MS = 2_000;

/** Keeps runners warm. What to keep, use and retire is decided by `planPool`. */
export function createRunnerPool(limits: PoolLimits, start: () => Runner): RunnerPool {
  let members: readonly Member[] = [];
  let uses = 0;
  let closed = false;
  let failing = false;

  const change = (runner: Runner, to: Partial<RunnerState>): void => {
    members = members.map((member) => (member.runner === runner ? { ...member, ...to } : member));
  };
  const drop = (runner: Runner): void => {
    members = members.filter((member) => member.runner !== runner);
  };
  const add = (how: Pick<Member, "start" | "key" | "special"> = { start, key: undefined, special: false }): Member => {
    const runner = how.start();
    const member: Member = { ...how, runner, busy: false, operations: 0, residentBytes: 0, lastUse: 0 };
    members = [...members, member];
    void runner.ready.then(
      () => {
        failing = false;
      },
      () => {
        failing = true;
        setTimeout(fill, RESTART_MS).unref();
      },
    );
    void runner.gone.then(() => {
      drop(runner);
      if (!failing) fill();
    });
    return member;
  };
  const fill = (): void => {
    if (closed) return;
    const plan = planPool(members, limits);
    for (const { runner } of plan.retire) {
      drop(runner);
      runner.retire();
    }
    for (const spent of plan.renew) add(spent);
    for (let count = 0; count < plan.start; count += 1) add();
  };

  fill();
  return {
    async take(key, special) {
      const found = chooseRunner(members, key, special !== undefined);
      const { runner } = found ?? (special === undefined ? add() : add({ start: special, key, special: true }));
      uses += 1;
      change(runner, { key, busy: true, lastUse: uses });
      fill();
      await runner.ready;
      return runner;
    },
    giveBack(runner, residentBytes) {
      const operations = (members.find((member) => member.runner === runner)?.operations ?? 0) + 1;
      change(runner, { busy: false, operations, residentBytes: residentBytes ?? 0 });
      if (closed) runner.retire();
      else fill();
    },
    async close() {
      closed = true;
      const leaving = members.map((member) => member.runner.gone);
      for (const { runner, busy } of members) if (!busy) runner.retire();
      await Promise.all(leaving);
    },
  };
}
