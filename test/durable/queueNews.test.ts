import { wfQueueRunner } from "@dbos-inc/dbos-sdk/internal/wfqueue";
import { afterEach, beforeEach, expect, test } from "vitest";
import { pollOnNews, type QueueNews } from "../../api/durable/queueNews.ts";

const runner = wfQueueRunner as unknown as {
  // Private in the library's types.
  pollQueue: (exec: unknown, queue: { readonly name: string }) => Promise<boolean>;
};
let looks: string[];
let time: number;
let news: QueueNews;
const own = runner.pollQueue;

beforeEach(() => {
  looks = [];
  time = 1_000;
  runner.pollQueue = async (_, { name }) => {
    looks.push(name);
    return false;
  };
  news = pollOnNews(() => time);
});
afterEach(() => {
  news.stop();
  expect(runner.pollQueue).toBe(own);
});

/** Polls every 10 ms as the library does, for so long; how often each queue was looked at. */
async function polled(ms: number): Promise<Readonly<Record<string, number>>> {
  looks.length = 0;
  for (const end = time + ms; time < end; time += 10) {
    for (const name of ["rollouts", "operations"]) await runner.pollQueue({}, { name });
  }
  return Object.fromEntries(
    ["rollouts", "operations"].map((queue) => [queue, looks.filter((each) => each === queue).length]),
  );
}

test("a queue of which nothing is told is looked at three times a second, and not at each poll", async () => {
  expect(await polled(3_000)).toEqual({ rollouts: 10, operations: 10 });
});

test("a queue is looked at as soon as something is told of it, and for a moment after", async () => {
  await polled(20);
  news.tell("operations");
  expect(await polled(10)).toEqual({ rollouts: 0, operations: 1 });
  expect(await polled(100)).toEqual({ rollouts: 0, operations: 5 });
});

test("every queue is looked at when anything may have been missed", async () => {
  await polled(20);
  news.tellAll();
  expect(await polled(10)).toEqual({ rollouts: 1, operations: 1 });
});
