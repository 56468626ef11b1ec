import { z } from "zod";
import { type PackChildOptions, startPackChild } from "./packChild.ts";
import {
  type PackDescription,
  type PackFinding,
  type PackKind,
  type PackResource,
  packDescription,
  packFindings,
  type StackTags,
} from "./packContents.ts";
import { PackError } from "./packError.ts";
import { LOADED, type PackQuestionLine, packReply } from "./packMessages.ts";
import { lastWords, parseSaid } from "./packSays.ts";
import { readLines } from "./readLines.ts";

/**
 * A pack that is loaded in a process of its own. Everything rejects with a PackError when the pack throws, says nonsense or is dead; a
 * pack that hangs is the caller's affair, who has the patience.
 */
export interface PackProcess {
  readonly gone: Promise<void>;
  describe(): Promise<PackDescription>;
  /** Whom the questions to come are about: it holds one stack at a time. */
  configure(tags: StackTags): Promise<void>;
  analyze(resource: PackResource): Promise<readonly PackFinding[]>;
  analyzeStack(resources: readonly PackResource[]): Promise<readonly PackFinding[]>;
  rulesInHand(): readonly string[];
  /** Undefined when it does not answer within a second. */
  residentBytes(): Promise<number | undefined>;
  kill(): void;
}

type Asked = {
  readonly [Ask in PackQuestionLine["ask"]]: Omit<Extract<PackQuestionLine, { ask: Ask }>, "id">;
}[PackQuestionLine["ask"]];

interface Waiting {
  readonly resolve: (said: unknown) => void;
  readonly reject: (error: PackError) => void;
}

const entries: Readonly<Record<PackKind, URL>> = {
  crossguard: new URL("./crossGuardChild.ts", import.meta.url),
  rego: new URL("./regoChild.ts", import.meta.url),
};

/** Bytes of one answer: hundreds of verdicts of the longest. */
const LARGEST_ANSWER = 4 * 1024 * 1024;
const SIZE_MS = 1_000;

/**
 * Starts a pack, and waits until it is loaded. What it writes is read only as far as it was asked: a process that says more than an answer
 * may have, or anything unasked, is ended.
 */
export async function startPackProcess(kind: PackKind, options: Omit<PackChildOptions, "entry">): Promise<PackProcess> {
  const child = startPackChild({ ...options, entry: entries[kind] });
  const waiting = new Map<number, Waiting>();
  let last = LOADED;
  let dead = false;
  let refused: PackError | undefined;
  const death = () => refused ?? new PackError("died", lastWords(child.said()));

  const refuse = (words: string): void => {
    refused ??= new PackError("nonsense", words, child.rulesInHand()[0]);
    child.kill();
  };
  readLines(child.channel, {
    longest: LARGEST_ANSWER,
    onTooLong: () => refuse(`it answers with more than ${LARGEST_ANSWER} bytes`),
    onLine: (line) => {
      if (refused !== undefined) return;
      const { data } = packReply.safeParse(jsonOf(line));
      const asked = data && waiting.get(data.id);
      if (data === undefined || asked === undefined) return refuse("it answers what nobody asked");
      waiting.delete(data.id);
      if ("threw" in data) asked.reject(new PackError("threw", data.threw.slice(0, 500), data.rule?.slice(0, 200)));
      else asked.resolve(data.said);
    },
  });
  void child.gone.then(() => {
    dead = true;
    for (const { reject } of waiting.values()) reject(death());
    waiting.clear();
  });

  const answerTo = (id: number): Promise<unknown> =>
    new Promise((resolve, reject) => void waiting.set(id, { resolve, reject }));
  const ask = (question: Asked): Promise<unknown> => {
    if (dead || refused !== undefined) return Promise.reject(death());
    const id = ++last;
    const answer = answerTo(id);
    child.channel.write(`${JSON.stringify({ ...question, id })}\n`); // who is dead is heard of above
    return answer;
  };

  await answerTo(LOADED).catch((error: unknown) => {
    child.kill();
    throw error;
  });
  return {
    gone: child.gone,
    rulesInHand: child.rulesInHand,
    residentBytes: () => sizeWithin(SIZE_MS, ask({ ask: "size" })),
    kill: child.kill,
    describe: async () => parseSaid(packDescription, await ask({ ask: "describe" })),
    configure: async (tags) => void (await ask({ ask: "configure", tags })),
    analyze: async (resource) => parseSaid(packFindings, await ask({ ask: "analyze", resource })),
    analyzeStack: async (resources) => parseSaid(packFindings, await ask({ ask: "analyzeStack", resources })),
  };
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined; // which no schema here takes
  }
}

async function sizeWithin(ms: number, answer: Promise<unknown>): Promise<number | undefined> {
  const { promise: silence, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(resolve, ms, undefined);
  const said = await Promise.race([answer.catch(() => undefined), silence]);
  clearTimeout(timer);
  return z.number().positive().safeParse(said).data;
}
