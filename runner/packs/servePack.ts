import { Socket } from "node:net";
import type { PackResource, StackTags } from "./packContents.ts";
import { CHANNEL, LOADED, type PackQuestionLine, type PackReply } from "./packMessages.ts";
import { readLines } from "./readLines.ts";

/** A pack as its own process has it; what it answers is parsed by the parent. */
export interface ServedPack {
  describe(): unknown;
  configure(tags: StackTags): unknown;
  analyze(resource: PackResource): unknown;
  analyzeStack(resources: readonly PackResource[]): unknown;
}

/** Why a pack has no answer, in its own words. */
export class PackFailure extends Error {
  /** The rule that it came out of, as far as is known. */
  readonly rule: string | undefined;

  constructor(message: string, rule?: string) {
    super(message);
    this.rule = rule;
  }
}

const LONGEST_WORDS = 500;

/**
 * The channel of a pack's process: descriptor 3, one line of JSON each way. The process goes with it, and nothing here keeps it alive before
 * the pack is loaded: one that makes no pack ends.
 *
 * @returns to be called with the pack when it is loaded
 */
export function openPackChannel(): (pack: ServedPack) => void {
  const socket = new Socket({ fd: CHANNEL, readable: true, writable: true });
  const reply = (answer: PackReply): void => void socket.write(`${JSON.stringify(answer)}\n`);
  let pack: ServedPack | undefined;

  async function answer(question: PackQuestionLine): Promise<void> {
    const { id } = question;
    try {
      reply({ id, said: await said(question) });
    } catch (error) {
      const { message, rule } = error instanceof PackFailure ? error : new PackFailure(String(error));
      reply({ id, threw: message.slice(0, LONGEST_WORDS), rule });
    }
  }

  function said(question: PackQuestionLine): unknown {
    switch (question.ask) {
      case "size":
        return process.memoryUsage.rss();
      case "describe":
        return pack?.describe();
      case "configure":
        return pack?.configure(question.tags);
      case "analyze":
        return pack?.analyze(question.resource);
      case "analyzeStack":
        return pack?.analyzeStack(question.resources);
    }
  }

  socket.on("close", () => process.exit());
  socket.on("error", () => process.exit());
  readLines(socket, {
    longest: Number.POSITIVE_INFINITY, // the parent's word
    onLine: (line) => void answer(JSON.parse(line)),
    onTooLong: () => undefined,
  });
  socket.unref();
  return (loaded) => {
    pack = loaded;
    socket.ref();
    reply({ id: LOADED, said: undefined });
  };
}
