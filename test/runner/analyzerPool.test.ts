import { expect, test } from "vitest";
import { createAnalyzerPool } from "../../runner/analyzerPool.ts";
import type { Analyzer } from "../../runner/analyzerProcess.ts";

const LIMIT = 100;

/** Analyzers that are no processes: what counts here is which one is used, and when the next is started. */
function pool() {
  const started: { readonly analyzer: Analyzer; size: number | undefined; retired: boolean }[] = [];
  const start = (): Analyzer => {
    const gone = Promise.withResolvers<void>();
    const pid = started.length + 1;
    const entry = {
      size: 10 as number | undefined,
      retired: false,
      analyzer: {
        pid,
        port: Promise.resolve(5000 + pid),
        gone: gone.promise,
        residentBytes: async () => entry.size,
        retire() {
          entry.retired = true;
          gone.resolve();
        },
      },
    };
    started.push(entry);
    return entry.analyzer;
  };
  return { started, analyzers: createAnalyzerPool(start, LIMIT) };
}

test("a pack that has not grown is used again", async () => {
  const { started, analyzers } = pool();
  const first = await analyzers.take();
  await analyzers.giveBack(first);
  expect(await analyzers.take()).toBe(first);
  expect(started).toHaveLength(1);
});

test("a pack that has grown over the limit is ended, and its successor is loading before the next job asks", async () => {
  const { started, analyzers } = pool();
  const first = await analyzers.take();
  if (started[0]) started[0].size = LIMIT + 1;
  await analyzers.giveBack(first);
  expect(started.map(({ retired }) => retired)).toEqual([true, false]);
  expect((await analyzers.take()).pid).toBe(2);
});

test("a pack that does not answer is ended, and waits for no job with a successor that may not answer either", async () => {
  const { started, analyzers } = pool();
  const first = await analyzers.take();
  if (started[0]) started[0].size = undefined;
  await analyzers.giveBack(first);
  expect(started.map(({ retired }) => retired)).toEqual([true]);
});

test("a pool that is closed keeps none and starts none", async () => {
  const { started, analyzers } = pool();
  const first = await analyzers.take();
  const closed = analyzers.close();
  await analyzers.giveBack(first);
  await closed;
  expect(started.map(({ retired }) => retired)).toEqual([true]);
});
