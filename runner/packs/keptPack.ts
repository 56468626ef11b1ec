import type { PackAnswer, PackQuestion } from "./packAnswers.ts";
import { answersOf } from "./packAnswers.ts";
import type { PackDescription, PackFinding, PackResource, StackTags } from "./packContents.ts";
import { PackError } from "./packError.ts";
import type { PackProcess } from "./packProcess.ts";

export interface KeptPackOptions {
  /** Starts a process and waits until the pack is loaded; rejects with a PackError. */
  readonly start: () => Promise<PackProcess>;
  /** Milliseconds of silence after which a pack counts as hung. */
  readonly patience: number;
  /** Milliseconds that a judgement may wait for those before it, and then take. */
  readonly longest: number;
  /** A process that is larger is replaced. */
  readonly residentBytes: number;
}

/** One pack, loaded in one process at a time. Never rejects but with a PackError. */
export interface KeptPack {
  describe(): Promise<PackDescription>;
  /** One answer for each resource. */
  judge(question: PackQuestion): Promise<readonly PackAnswer[]>;
  judgeStack(question: PackQuestion): Promise<PackAnswer>;
  /** When it was last asked, by the monotonic clock; undefined while no process runs. */
  warmSince(): number | undefined;
  isBusy(): boolean;
  /** Ends its process; the next question starts another. */
  cool(): Promise<void>;
}

interface Loaded {
  readonly process: PackProcess;
  readonly description: PackDescription;
}

/**
 * Judgements of one pack take turns: a pack holds the configuration of one stack at a time, and whoever hangs is then known. A process that
 * hangs is killed, and those who waited go on in the next one; a judgement whose process died is tried once more.
 */
export function createKeptPack({ start, patience, longest, residentBytes }: KeptPackOptions): KeptPack {
  let loaded: Promise<Loaded> | undefined;
  let lastAsked = 0;
  let busy = 0;
  let turn: Promise<unknown> = Promise.resolve();

  async function load(): Promise<Loaded> {
    const process = await start();
    void process.gone.then(() => {
      if (loaded === mine) loaded = undefined;
    });
    try {
      return { process, description: await soon(process.describe(), patience) };
    } catch (error) {
      process.kill();
      throw notLoaded(error);
    }
  }
  let mine: Promise<Loaded> | undefined;

  function take(): Promise<Loaded> {
    if (loaded === undefined) {
      loaded = load();
      mine = loaded;
      loaded.catch(() => {
        loaded = undefined; // the next judgement makes another try
      });
    }
    return loaded;
  }

  async function drop({ process }: Loaded): Promise<void> {
    loaded = undefined;
    process.kill();
    await process.gone;
  }

  /** Runs `ask` when those before are done, with a pack that is loaded; anew once where its process died. */
  function inTurn<Result>(ask: (loaded: Loaded) => Promise<Result>): Promise<Result> {
    busy += 1;
    const deadline = performance.now() + longest;
    const late = () => new PackError("hung", `the pack had no time for this judgement within ${longest} ms`);
    const mineNow = turn.then(async () => {
      if (performance.now() > deadline) throw late();
      for (let attempt = 1; ; attempt += 1) {
        const present = await take();
        try {
          const result = await soon(ask(present), Math.max(deadline - performance.now(), 1), late);
          await replaceLarge(present);
          return result;
        } catch (error) {
          if (isFault(error, "hung")) await drop(present);
          if (!isFault(error, "died") || attempt === 2) throw error;
          await drop(present);
        }
      }
    });
    turn = mineNow.catch(() => undefined);
    return mineNow.finally(() => {
      busy -= 1;
      lastAsked = performance.now();
    });
  }

  async function replaceLarge(present: Loaded): Promise<void> {
    const bytes = await present.process.residentBytes();
    if (bytes === undefined || bytes > residentBytes) await drop(present);
  }

  return {
    describe: () => inTurn(async ({ description }) => description),
    async judge(question) {
      const answers: (PackAnswer | undefined)[] = question.resources.map(() => undefined);
      try {
        await inTurn((present) => answersOf(present, question, { answers, patience }));
      } catch (error) {
        const given = asPackError(error);
        for (const index of answers.keys()) answers[index] ??= { error: given };
      }
      return answers as PackAnswer[]; // every one is given by now
    },
    async judgeStack({ tags, resources }) {
      try {
        const findings = await inTurn((present) => askStack(present, { tags, resources }, patience));
        const urns = new Set(resources.map(({ urn }) => urn));
        const foreign = findings.find(({ urn }) => urn !== undefined && !urns.has(urn));
        if (foreign === undefined) return { findings };
        throw new PackError("nonsense", "it speaks of a resource that the stack has not", foreign.policy);
      } catch (error) {
        return { error: asPackError(error) };
      }
    },
    warmSince: () => (loaded === undefined ? undefined : lastAsked),
    isBusy: () => busy > 0,
    async cool() {
      const present = await loaded?.catch(() => undefined);
      if (present !== undefined) await drop(present);
    },
  };
}

async function askStack(
  { process }: Loaded,
  { tags, resources }: { readonly tags: StackTags; readonly resources: readonly PackResource[] },
  patience: number,
): Promise<readonly PackFinding[]> {
  const silent = () => new PackError("hung", `nothing was heard of it for ${patience} ms`, process.rulesInHand()[0]);
  const asked = process.configure(tags).then(() => process.analyzeStack(resources));
  return soon(asked, patience, silent);
}

/** What `promise` answers within `ms`. */
async function soon<Result>(
  promise: Promise<Result>,
  ms: number,
  late = () => new PackError("hung", `nothing was heard of it for ${ms} ms`),
): Promise<Result> {
  promise.catch(() => undefined); // it may come to nothing later
  const { promise: silence, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(late()), ms);
  try {
    return await Promise.race([promise, silence]);
  } finally {
    clearTimeout(timer);
  }
}

const isFault = (error: unknown, fault: PackError["fault"]): boolean =>
  error instanceof PackError && error.fault === fault;

function notLoaded(error: unknown): PackError {
  return new PackError("not-loaded", error instanceof Error ? error.message : String(error));
}

function asPackError(error: unknown): PackError {
  return error instanceof PackError ? error : notLoaded(error);
}
