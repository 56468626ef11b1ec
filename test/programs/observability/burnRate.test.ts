import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  budgetInEvents,
  burnAlerts,
  canRing,
  errorBudget,
  leastBudgetInEvents,
  leastEventsPerMinute,
  lowestTarget,
} from "../../../programs/observability/burnRate.ts";

const target = fc.integer({ min: 90_000, max: 99_999 }).map((thousandths) => (thousandths / 1000).toFixed(3));
const windowDays = fc.integer({ min: 7, max: 90 });
const objective = fc.record({ target, windowDays });
const minutesADay = 1440;

describe("the alerts of an objective", () => {
  it("over 30 days, are those of the workbook's table", () => {
    const alerts = burnAlerts({ target: "99.9", windowDays: 30 });
    expect(alerts).toEqual([
      { name: "fast", severity: "page", longMinutes: 60, shortMinutes: 5, factor: 14.4, threshold: 0.0144 },
      { name: "slow", severity: "page", longMinutes: 360, shortMinutes: 30, factor: 6, threshold: 0.006 },
      { name: "steady", severity: "ticket", longMinutes: 4320, shortMinutes: 360, factor: 1, threshold: 0.001 },
    ]);
  });

  it("over 7 days, burn less fast, and the steadiest looks at as many hours as a tenth of the budget lasts", () => {
    const alerts = burnAlerts({ target: "99", windowDays: 7 });
    expect(alerts.map(({ factor }) => factor)).toEqual([3.36, 1.4, 1]);
    expect(alerts.at(-1)).toMatchObject({ longMinutes: 1008, shortMinutes: 84 });
  });

  it("ring when just the share of the budget is gone that the workbook says: 2, 5 and 10 percent", () => {
    fc.assert(
      fc.property(objective, (given) => {
        const whole = given.windowDays * minutesADay;
        const gone = burnAlerts(given).map(({ factor, longMinutes }) => (factor * longMinutes) / whole);
        for (const [index, share] of [0.02, 0.05, 0.1].entries()) expect(gone[index]).toBeCloseTo(share, 9);
      }),
    );
  });

  it("never speak of a rate at which the budget lasts, nor of one slower than the one after it", () => {
    fc.assert(
      fc.property(objective, (given) => {
        const factors = burnAlerts(given).map(({ factor }) => factor);
        expect(Math.min(...factors)).toBeGreaterThanOrEqual(1);
        expect(factors).toEqual(factors.toSorted((one, other) => other - one));
      }),
    );
  });

  it("look over windows that the cloud can take: whole minutes, at most seven days, the short one a twelfth", () => {
    fc.assert(
      fc.property(objective, (given) => {
        for (const { longMinutes, shortMinutes } of burnAlerts(given)) {
          expect(Number.isInteger(shortMinutes)).toBe(true);
          expect(longMinutes).toBe(12 * shortMinutes);
          expect(longMinutes).toBeLessThanOrEqual(7 * minutesADay);
        }
      }),
    );
  });

  it("have thresholds that are the budget times the rate", () => {
    fc.assert(
      fc.property(objective, (given) => {
        for (const { factor, threshold } of burnAlerts(given)) {
          expect(threshold).toBeCloseTo(factor * errorBudget(given.target), 8);
        }
      }),
    );
  });
});

describe("the budget", () => {
  it("is what the target leaves, to the thousandth of a percent", () => {
    expect([errorBudget("99.9"), errorBudget("99.999"), errorBudget("95")]).toEqual([0.001, 0.00001, 0.05]);
  });

  it("is measurable just from the rate that is named on, and there one bad event in the fastest window pages nobody", () => {
    fc.assert(
      fc.property(objective, (given) => {
        const least = leastEventsPerMinute(given);
        expect(budgetInEvents(given, least)).toBeGreaterThanOrEqual(leastBudgetInEvents - 1e-6);
        if (least > 1) expect(budgetInEvents(given, least - 1)).toBeLessThan(leastBudgetInEvents);
        const [fast] = burnAlerts(given);
        const events = least * (fast?.longMinutes ?? 0);
        expect(1 / events).toBeLessThanOrEqual((fast?.threshold ?? 0) * (1 + 1e-6));
      }),
    );
  });

  it("lets every alert ring from the lowest target on, and not a tenth of a percent below", () => {
    fc.assert(
      fc.property(windowDays, (days) => {
        const lowest = lowestTarget(days);
        const below = (Number(lowest) - 0.1).toFixed(1);
        expect(canRing({ target: lowest, windowDays: days })).toBe(true);
        expect(canRing({ target: below, windowDays: days })).toBe(false);
      }),
    );
  });
});
