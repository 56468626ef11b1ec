import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { growthPercent, queueAgeAlarmSeconds, visibilitySeconds } from "../../../programs/event-service/sizing.ts";

const plan = fc.record({
  workerSeconds: fc.integer({ min: 1, max: 900 }),
  retryLimit: fc.integer({ min: 2, max: 100 }),
});

describe("the arithmetic of the queue", () => {
  it("hides a message at least six times as long as a worker may take, and never longer than SQS does", () => {
    fc.assert(
      fc.property(plan, (each) => {
        expect(visibilitySeconds(each)).toBeGreaterThanOrEqual(6 * each.workerSeconds);
        expect(visibilitySeconds(each)).toBeLessThanOrEqual(43_200);
      }),
    );
  });

  it("rings for what waits after a first retry at the earliest, and before the last", () => {
    fc.assert(
      fc.property(plan, (each) => {
        const age = queueAgeAlarmSeconds(each);
        expect(age % 60).toBe(0);
        expect(age).toBeGreaterThanOrEqual(Math.max(300, visibilitySeconds(each)));
        if (visibilitySeconds(each) >= 300) expect(age).toBeLessThan(each.retryLimit * visibilitySeconds(each) + 60);
      }),
    );
  });

  it("reaches everyone in no more steps than were asked for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (steps) => {
        expect(growthPercent(steps) * steps).toBeGreaterThanOrEqual(100);
        expect(growthPercent(steps)).toBeLessThanOrEqual(100);
      }),
    );
  });
});
