import { expect, test } from "vitest";
import { allAtOnce } from "../../bench/measure/allAtOnce.ts";
import { inTurn } from "../../bench/measure/inTurn.ts";

const later = () => performance.now() + 60_000;

test("contenders run in turn, round by round", async () => {
  const order: string[] = [];
  const contender = (name: string) => async (round: number) => {
    order.push(`${name}${round}`);
    return round;
  };
  const measured = await inTurn({ a: contender("a"), b: contender("b") }, { rounds: 2, until: later() });
  expect(order).toEqual(["a0", "b0", "a1", "b1"]);
  expect(measured).toEqual({ a: [0, 1], b: [0, 1] });
});

test("no round begins after its time, but the first is always run whole", async () => {
  const measured = await inTurn({ a: async () => 1, b: async () => 2 }, { rounds: 9, until: performance.now() - 1 });
  expect(measured).toEqual({ a: [1], b: [2] });
});

test("a contender that fails fails the section", async () => {
  const failing = { a: () => Promise.reject(new Error("it broke")) };
  await expect(inTurn(failing, { rounds: 1, until: later() })).rejects.toThrow("it broke");
});

test("work done all at once keeps its limit, does everything, and waits for the others before it fails", async () => {
  let running = 0;
  let most = 0;
  const done: number[] = [];
  const work = async (item: number) => {
    running += 1;
    most = Math.max(most, running);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (item === 2) throw new Error("two");
    done.push(item);
  };
  await expect(allAtOnce([1, 2, 3, 4], 2, work)).rejects.toThrow("two");
  expect([most, running]).toEqual([2, 0]);
  expect(done).toEqual([1, 3, 4]);
});
