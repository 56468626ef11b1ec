import { Worker } from "node:worker_threads";
import type { JudgedResource, KnownResource, StepContext, Verdict } from "./gate.ts";
import { noJudgement, type PackIdentity } from "./noJudgement.ts";

interface Judgement {
  readonly context: StepContext;
  readonly steps: readonly JudgedResource[];
  readonly known: readonly KnownResource[];
}

export interface ToThread extends Judgement {
  readonly id: number;
}

export interface FromThread {
  readonly id: number;
  readonly verdicts: readonly (readonly Verdict[])[];
}

interface JudgeWorkerOptions {
  /** The module of the thread; it answers `ToThread` messages with `FromThread`. */
  readonly module: URL;
  /** Milliseconds after which a judgement fails closed and the thread is replaced. */
  readonly patience: number;
  readonly pack: PackIdentity;
}

export interface JudgeWorker {
  judge(judgement: Judgement): Promise<readonly (readonly Verdict[])[]>;
  close(): Promise<void>;
}

interface Waiting {
  readonly judgement: Judgement;
  readonly answer: (verdicts: readonly (readonly Verdict[])[]) => void;
  readonly timer: NodeJS.Timeout;
}

/**
 * One thread that judges. A thread that dies or does not answer in time is replaced by the next judgement; what waited for
 * it is refused, because a step that nobody judged must not run.
 */
export function createJudgeWorker(options: JudgeWorkerOptions): JudgeWorker {
  const waiting = new Map<number, Waiting>();
  let thread: Worker | undefined;
  let closed = false;
  let last = 0;

  function start(): Worker {
    const started = new Worker(options.module, { env: {} });
    started.on("message", ({ id, verdicts }: FromThread) => settle(id, verdicts));
    started.on("error", () => giveUp(started)); // a broken rule's own words may quote a secret: they are not logged
    started.on("exit", () => giveUp(started));
    started.unref();
    return started;
  }

  function settle(id: number, verdicts: readonly (readonly Verdict[])[]): void {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    clearTimeout(entry.timer);
    entry.answer(verdicts);
  }

  function giveUp(dead: Worker): void {
    if (thread !== dead) return;
    thread = undefined;
    void dead.terminate();
    for (const [id, { judgement }] of waiting) settle(id, unjudged(judgement, options.pack));
  }

  return {
    judge(judgement) {
      if (closed) return Promise.resolve(unjudged(judgement, options.pack));
      thread ??= start();
      const current = thread;
      const id = ++last;
      return new Promise((answer) => {
        waiting.set(id, { judgement, answer, timer: setTimeout(() => giveUp(current), options.patience) });
        try {
          current.postMessage({ id, ...judgement } satisfies ToThread);
        } catch {
          settle(id, unjudged(judgement, options.pack)); // what cannot be copied cannot be judged
        }
      });
    },
    async close() {
      closed = true;
      const current = thread;
      if (current !== undefined) giveUp(current);
      await current?.terminate();
    },
  };
}

const unjudged = ({ context, steps }: Judgement, pack: PackIdentity): Verdict[][] =>
  steps.map((step) => [noJudgement(step, context, pack)]);
