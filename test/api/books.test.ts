import * as fc from "fast-check";
import { expect, test } from "vitest";
import {
  allot,
  bring,
  type Entries,
  fits,
  highest,
  reservationFor,
  type Share,
  uncovered,
} from "../../api/budgets/books.ts";
import { dollarsOf, givenMoney, microsOf } from "../../api/budgets/money.ts";

const micros = fc.integer({ min: 0, max: 1_000_000_000_000_000 });
const share = fc.record({ reserved: micros, committed: micros });
const prices = fc.dictionary(fc.string(), micros, { noNullPrototype: true });
const sum = (entries: Entries): number => Object.values(entries).reduce((total, amount) => total + amount, 0);
const plus = ({ reserved, committed }: Share, by: Entries): Share => ({
  reserved: reserved + (by.reserved ?? 0),
  committed: committed + (by.committed ?? 0),
});

test("whatever is booked sums to zero", () => {
  fc.assert(
    fc.property(share, share, fc.integer(), (from, to, by) => {
      expect(sum(bring(from, to))).toBe(0);
      expect(sum(allot(by))).toBe(0);
    }),
  );
});

test("bringing a share somewhere brings it there, and a second time nothing is left to book", () => {
  fc.assert(
    fc.property(share, share, (from, to) => {
      expect(plus(from, bring(from, to))).toEqual(to);
      expect(bring(to, to)).toEqual({});
    }),
  );
});

test("a reservation is what the stack will cost beyond what is committed for it, and never less than nothing", () => {
  fc.assert(
    fc.property(share, micros, (held, monthly) => {
      const needed = reservationFor(held, monthly);
      expect(needed).toBeGreaterThanOrEqual(0);
      expect(needed === 0 || held.committed + needed === monthly).toBe(true);
    }),
  );
});

test("what fits leaves something free or nothing, and giving back always fits, even when a budget is overdrawn", () => {
  fc.assert(
    fc.property(fc.integer({ min: -1e15, max: 1e15 }), share, share, (free, from, to) => {
      const entries = bring(from, to);
      const takes = (entries.free ?? 0) < 0;
      expect(fits(free, entries)).toBe(!takes || free + (entries.free ?? 0) >= 0);
    }),
  );
});

test("once a step's price is covered it asks for nothing, whatever its URN is called", () => {
  fc.assert(
    fc.property(prices, prices, (covered, steps) => {
      const more = uncovered(covered, steps);
      expect(more).toBeGreaterThanOrEqual(0);
      expect(uncovered(highest(covered, steps), steps)).toBe(0);
      expect(uncovered(highest(covered, steps), covered)).toBe(0);
    }),
  );
  expect(uncovered({}, { constructor: 5 })).toBe(5);
});

test("an amount is the same after it was written and read, to the millionth of a dollar", () => {
  fc.assert(
    fc.property(micros, (amount) => {
      const text = dollarsOf(amount);
      expect(text).toMatch(/^\d+\.\d{2,6}$/);
      expect(microsOf(givenMoney.parse({ amount: text, currency: "USD" }))).toBe(amount);
    }),
  );
  expect([dollarsOf(-1_500_000), dollarsOf(-1), dollarsOf(0)]).toEqual(["-1.50", "-0.000001", "0.00"]);
});

test.each(["-1.00", "1e3", "1.0000001", "NaN", "", "1,000.00", " 1", "1000000001"])(
  "%j is no amount for a budget",
  (amount) => {
    expect(givenMoney.safeParse({ amount, currency: "USD" }).success).toBe(false);
  },
);
