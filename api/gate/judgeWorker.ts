import { Worker } from "node:worker_threads";
import type { JudgedResource, KnownResource, PolicySettings, Verdict } from "../../policies/index.ts";
import type { FromThread, ToThread } from "./judgeMessages.ts";
import type { KnownLog } from "./knownLog.ts";
import { noJudgement, type PackIdentity } from "./noJudgement.ts";
import type { StepContext } from "./stepContext.ts";

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

interface JudgeWorkerOptions {
  /** The module of the thread; it answers `ToThread` messages with `FromThread`. */
  readonly module: URL;
  /** Milliseconds that the thread has for one judgement: after them it fails closed, and the thread is replaced. */
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
  /** Tells a thread; told again to its successor, where it died of something else. */
  readonly put: (current: Thread, id: number) => void;
  readonly tooLate: NodeJS.Timeout;
}

interface Thread {
  readonly worker: Worker;
  /** Whether it has loaded the pack. */
  ready: boolean;
  /** How much of each log it has, by the log's id; the one used last stands last. */
  readonly told: Map<string, number>;
}

/** More logs than updates that commonly run at once; one that was forgotten is told again from its beginning. */
const MOST_LOGS = 100;

/** How many times the patience a judgement may stand behind those of others. */
const LONGEST_WAIT = 6;

/**
 * One thread that judges, one judgement after another. Where it dies or does not answer in time, what it was judging is
 * refused, because a step that nobody judged must not run; what stood behind that is judged by the next thread.
 */
export function createJudgeWorker(options: JudgeWorkerOptions): JudgeWorker {
  /** In the order asked, which is the order in which the thread answers: the first is what it is judging. */
  const waiting = new Map<number, Waiting>();
  // At once: the pack takes half a second to load, which the first judgement need not wait for.
  let thread: Thread | undefined = start();
  let judging: number | undefined;
  let patience: NodeJS.Timeout | undefined;
  let closed = false;
  let last = 0;

  function start(): Thread {
    const started = new Worker(options.module, { env: {}, workerData: options.settings });
    started.on("message", (said: FromThread) => (said === "ready" ? begin(started) : settle(said.id, said.verdicts)));
    started.on("error", () => giveUp(started)); // a broken rule's own words may quote a secret: they are not logged
    started.on("exit", () => giveUp(started));
    started.unref();
    return { worker: started, ready: false, told: new Map() };
  }

  function begin(started: Worker): void {
    if (thread?.worker !== started) return;
    thread.ready = true;
    judging = undefined;
    watchFirst();
  }

  function settle(id: number, verdicts: readonly (readonly Verdict[])[]): void {
    const entry = waiting.get(id);
    if (entry === undefined) return;
    waiting.delete(id);
    clearTimeout(entry.tooLate);
    entry.answer(verdicts);
    watchFirst();
  }

  /** The patience is that of the judgement which the thread is at, whatever stood before it, and begins when the pack is loaded. */
  function watchFirst(): void {
    const [first] = waiting.keys();
    if (first === judging) return;
    judging = first;
    clearTimeout(patience);
    if (first === undefined) return;
    const most = options.patience * (thread?.ready === false ? LONGEST_WAIT : 1);
    patience = setTimeout(() => thread && giveUp(thread.worker), most);
  }

  function giveUp(dead: Worker): void {
    if (thread?.worker !== dead) return;
    thread = undefined;
    void dead.terminate();
    const [blamed] = waiting;
    if (blamed !== undefined) settle(blamed[0], blamed[1].unjudged);
    if (closed || waiting.size === 0) return;
    thread = start();
    judging = undefined;
    watchFirst();
    for (const [id, entry] of [...waiting]) put(thread, id, entry);
  }

  function put(current: Thread, id: number, entry: Waiting): void {
    try {
      entry.put(current, id);
    } catch {
      settle(id, entry.unjudged); // what cannot be copied cannot be judged
    }
  }

  function ask(unjudged: Waiting["unjudged"], tellThread: Waiting["put"]): Promise<readonly (readonly Verdict[])[]> {
    if (closed) return Promise.resolve(unjudged);
    thread ??= start();
    const current = thread;
    const id = ++last;
    return new Promise((answer) => {
      const tooLate = setTimeout(() => settle(id, unjudged), options.patience * LONGEST_WAIT);
      const entry = { unjudged, answer, put: tellThread, tooLate };
      waiting.set(id, entry);
      watchFirst();
      put(current, id, entry);
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
      for (const [id, { unjudged: verdicts }] of [...waiting]) settle(id, verdicts);
      await thread?.worker.terminate();
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
