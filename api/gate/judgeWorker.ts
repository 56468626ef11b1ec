import { Worker } from "node:worker_threads";
import type { PolicySettings } from "../../policies/index.ts";
import type { JudgedResource, KnownResource, StepContext, Verdict } from "./gate.ts";
import type { KnownChange, KnownLog } from "./knownLog.ts";
import { noJudgement, type PackIdentity } from "./noJudgement.ts";

interface Judgement {
  readonly context: StepContext;
  readonly steps: readonly JudgedResource[];
  readonly known: KnownLog | readonly KnownResource[];
}

interface WholeJudgement {
  readonly context: StepContext;
  readonly resources: readonly KnownResource[];
  readonly touched: readonly string[];
}

/** A question to the thread; each is answered by a `FromThread` of its id. */
export type ToThread = StepsToThread | (WholeJudgement & { readonly id: number });

export interface StepsToThread {
  readonly id: number;
  readonly context: StepContext;
  readonly steps: readonly JudgedResource[];
  /** The log that `changes` go on with; without one they are all there is to know, for this judgement alone. */
  readonly log: string | undefined;
  readonly changes: readonly KnownChange[];
  /** Logs that will not be heard of again, unless from their beginning. */
  readonly forget: readonly string[];
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
  /** Given to each thread as its data. */
  readonly settings?: PolicySettings;
}

export interface JudgeWorker {
  judge(judgement: Judgement): Promise<readonly (readonly Verdict[])[]>;
  judgeWhole(judgement: WholeJudgement): Promise<readonly Verdict[]>;
  close(): Promise<void>;
}

interface Waiting {
  /** The verdicts when no judgement can be had. */
  readonly unjudged: readonly (readonly Verdict[])[];
  readonly answer: (verdicts: readonly (readonly Verdict[])[]) => void;
  readonly timer: NodeJS.Timeout;
}

interface Thread {
  readonly worker: Worker;
  /** How much of each log it has, by the log's id; the one used last stands last. */
  readonly told: Map<string, number>;
}

/** More logs than updates that commonly run at once; one that was forgotten is told again from its beginning. */
const MOST_LOGS = 100;

/**
 * One thread that judges. A thread that dies or does not answer in time is replaced by the next judgement; what waited for
 * it is refused, because a step that nobody judged must not run.
 */
export function createJudgeWorker(options: JudgeWorkerOptions): JudgeWorker {
  const waiting = new Map<number, Waiting>();
  // At once: the pack takes half a second to load, which the first judgement need not wait for.
  let thread: Thread | undefined = start();
  let closed = false;
  let last = 0;

  function start(): Thread {
    const started = new Worker(options.module, { env: {}, workerData: options.settings });
    started.on("message", ({ id, verdicts }: FromThread) => settle(id, verdicts));
    started.on("error", () => giveUp(started)); // a broken rule's own words may quote a secret: they are not logged
    started.on("exit", () => giveUp(started));
    started.unref();
    return { worker: started, told: new Map() };
  }

  function settle(id: number, verdicts: readonly (readonly Verdict[])[]): void {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    clearTimeout(entry.timer);
    entry.answer(verdicts);
  }

  function giveUp(dead: Worker): void {
    if (thread?.worker !== dead) return;
    thread = undefined;
    void dead.terminate();
    for (const [id, { unjudged: verdicts }] of waiting) settle(id, verdicts);
  }

  function ask(
    verdicts: readonly (readonly Verdict[])[],
    put: (current: Thread, id: number) => void,
  ): Promise<readonly (readonly Verdict[])[]> {
    if (closed) return Promise.resolve(verdicts);
    thread ??= start();
    const current = thread;
    const id = ++last;
    return new Promise((answer) => {
      const timer = setTimeout(() => giveUp(current.worker), options.patience);
      waiting.set(id, { unjudged: verdicts, answer, timer });
      try {
        put(current, id);
      } catch {
        settle(id, verdicts); // what cannot be copied cannot be judged
      }
    });
  }

  return {
    judge: (judgement) =>
      ask(unjudged(judgement.steps, judgement.context, options.pack), (current, id) => tell(current, id, judgement)),
    async judgeWhole(judgement) {
      const { context, resources } = judgement;
      const verdicts = await ask([unjudged(resources.slice(0, 1), context, options.pack).flat()], ({ worker }, id) =>
        worker.postMessage({ id, ...judgement } satisfies ToThread),
      );
      return verdicts.flat();
    },
    async close() {
      closed = true;
      const worker = thread?.worker;
      if (worker !== undefined) giveUp(worker);
      await worker?.terminate();
    },
  };
}

/** @throws DOMException when something in it cannot be copied; the thread has heard nothing of it then. */
function tell({ worker, told }: Thread, id: number, { context, steps, known }: Judgement): void {
  if (!("id" in known)) {
    const changes = known.map((resource) => ({ urn: resource.urn, type: resource.type, resource }));
    worker.postMessage({ id, context, steps, log: undefined, changes, forget: [] } satisfies ToThread);
    return;
  }
  const changes = known.changes.slice(told.get(known.id) ?? 0);
  const forget = [...told.keys()].filter((log) => log !== known.id).slice(0, Math.max(told.size - MOST_LOGS, 0));
  worker.postMessage({ id, context, steps, log: known.id, changes, forget } satisfies ToThread);
  for (const log of [...forget, known.id]) told.delete(log);
  told.set(known.id, known.changes.length);
}

const unjudged = (
  resources: readonly Pick<KnownResource, "urn" | "type">[],
  context: StepContext,
  pack: PackIdentity,
): Verdict[][] => resources.map((resource) => [noJudgement(resource, context, pack)]);
