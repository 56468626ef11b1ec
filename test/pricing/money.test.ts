import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dollarText } from "../../pricing/index.ts";
import { costOf, decimalText, NoAmount, type Price } from "../../pricing/money.ts";

const quantities = fc.double({ min: 0, max: 1e7, noNaN: true });
const prices: fc.Arbitrary<Price> = fc
  .record({
    per: fc.constantFrom(1, 1_000, 10_000, 1_000_000),
    ends: fc.uniqueArray(fc.integer({ min: 1, max: 1_000_000 }), { maxLength: 4 }),
    micros: fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 5, maxLength: 5 }),
  })
  .map(({ per, ends, micros }) => ({
    unit: "GB",
    per,
    tiers: [...ends.toSorted((a, b) => a - b), undefined].map((upTo, index) => ({ upTo, micros: micros[index] ?? 0 })),
  }));

describe("the cost of a quantity", () => {
  it("never falls when there is more of it, whatever the tiers", () => {
    fc.assert(
      fc.property(prices, quantities, quantities, (price, some, more) => {
        expect(costOf(some + more, price)).toBeGreaterThanOrEqual(costOf(some, price));
      }),
    );
  });

  it("is an integer of millionths, and nothing for nothing", () => {
    fc.assert(
      fc.property(prices, quantities, (price, quantity) => {
        expect(Number.isSafeInteger(costOf(quantity, price))).toBe(true);
        expect(costOf(0, price)).toBe(0);
      }),
    );
  });

  it("is what each tier asks for its own part", () => {
    const tiers = [
      { upTo: 10, micros: 100 },
      { upTo: 50, micros: 80 },
      { upTo: undefined, micros: 50 },
    ];
    const price = { unit: "GB", per: 1, tiers };
    expect([5, 10, 11, 60].map((quantity) => costOf(quantity, price))).toEqual([500, 1_000, 1_080, 4_700]);
  });

  it("is refused for what is no quantity, and for more than can be counted", () => {
    const price = { unit: "hour", per: 1, tiers: [{ upTo: undefined, micros: 1_000_000 }] };
    for (const quantity of [Number.NaN, Number.POSITIVE_INFINITY, -1, 1e15, 9e9])
      expect(() => costOf(quantity, price)).toThrow(NoAmount);
  });
});

describe("amounts as text", () => {
  it("are exact as prices, and cents as sums", () => {
    expect(decimalText(16_666_700, 1_000_000)).toBe("0.0000166667");
    expect(decimalText(45_000)).toBe("0.045");
    expect(decimalText(3_000_000)).toBe("3.00");
    expect([0, 4_999, 5_000, 12_345_678, -12_300_000].map(dollarText)).toEqual([
      "0.00",
      "0.00",
      "0.01",
      "12.35",
      "-12.30",
    ]);
  });
});
