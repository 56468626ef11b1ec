import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  cadences,
  daysBetween,
  keptAtMost,
  leastKeepDays,
  lockBounds,
  type Schedules,
  scheduled,
  scheduleOf,
} from "../../../programs/data-protection/retention.ts";
import { longestGapHours } from "../../../programs/data-protection/watch.ts";

const cadence = fc.constantFrom(...cadences);
const keepDays = fc.integer({ min: 1, max: 36_500 });
const retention = keepDays.map((keepDays) => ({ keepDays }));
const tier: fc.Arbitrary<Schedules> = fc.record(
  { daily: retention, weekly: retention, monthly: retention },
  { requiredKeys: [] },
);

describe("cold storage", () => {
  it("has what goes into it for 90 days, and not a day less", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 36_410 }), (coldAfterDays) => {
        expect(leastKeepDays(coldAfterDays) - coldAfterDays).toBe(90);
      }),
    );
  });
});

describe("how many recovery points are kept", () => {
  it("is never fewer than those made while the first of them is kept", () => {
    fc.assert(
      fc.property(cadence, keepDays, (cadence, keepDays) => {
        const made = Math.ceil(keepDays / daysBetween[cadence]);
        expect(keptAtMost(cadence, { keepDays })).toBeGreaterThanOrEqual(made);
        expect(keptAtMost(cadence, { keepDays })).toBeLessThanOrEqual(Math.ceil(keepDays / 28) * 28);
      }),
    );
  });

  it("is a year's worth of twelve months and a bit, of 53 weeks, of 365 nights", () => {
    expect(cadences.map((cadence) => keptAtMost(cadence, { keepDays: 365 }))).toEqual([365, 53, 14]);
  });
});

describe("the bounds of a lock", () => {
  it("let every tier keep what it says, and are no wider than that", () => {
    fc.assert(
      fc.property(fc.array(tier, { maxLength: 4 }), (tiers) => {
        const days = tiers.flatMap((tier) => scheduled(tier).map(([, { keepDays }]) => keepDays));
        const bounds = lockBounds(tiers);
        expect(bounds === undefined).toBe(days.length === 0);
        if (bounds === undefined) return;
        for (const each of days) expect(each >= bounds.min && each <= bounds.max).toBe(true);
        expect(days).toContain(bounds.min);
        expect(days).toContain(bounds.max);
      }),
    );
  });
});

describe("the silence of a vault", () => {
  it("may be as long as its most frequent tier is apart, if an alarm can look back so far", () => {
    fc.assert(
      fc.property(fc.array(tier, { minLength: 1, maxLength: 4 }), (tiers) => {
        const hours = longestGapHours(tiers);
        const isDaily = tiers.some(({ daily }) => daily !== undefined);
        expect(hours === undefined).toBe(!isDaily);
        expect(hours ?? 24).toBeGreaterThanOrEqual(24);
        expect(hours ?? 24).toBeLessThanOrEqual(168);
      }),
    );
  });
});

describe("a schedule", () => {
  it("names days of the month or of the week, never both", () => {
    expect(cadences.map((cadence) => scheduleOf(cadence, 3))).toEqual([
      "cron(0 3 * * ? *)",
      "cron(0 3 ? * SUN *)",
      "cron(0 3 1 * ? *)",
    ]);
  });
});
