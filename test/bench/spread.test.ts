import { expect, test } from "vitest";
import { pairedDifferences, pairedRatios, spreadOf } from "../../bench/measure/spread.ts";

test("the median of an odd number of values is the middle one, of an even number the mean of the two in the middle", () => {
  expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9, count: 3 });
  expect(spreadOf([9, 1, 5, 3])).toEqual({ median: 4, min: 1, max: 9, count: 4 });
  expect(spreadOf([7])).toEqual({ median: 7, min: 7, max: 7, count: 1 });
});

test("nothing measured has no spread", () => {
  expect(() => spreadOf([])).toThrow(RangeError);
});

test("ratios and differences are taken round by round, and a round that only one side has is left out", () => {
  expect(pairedRatios([1, 4, 9], [2, 2])).toEqual([0.5, 2]);
  expect(pairedDifferences([1, 4, 9], [2, 2])).toEqual([-1, 2]);
  expect(pairedRatios([1], [2, 2])).toEqual([0.5]);
});
