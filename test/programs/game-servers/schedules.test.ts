import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseCron, strikes } from "../../../programs/game-servers/cron.ts";
import { type Schedule, scheduleProblems } from "../../../programs/game-servers/schedules.ts";

const friday: Schedule = { name: "friday", from: "0 17 * * 5", until: "0 23 * * 5", players: 800 };

const minute = fc.integer({ min: 0, max: 59 });
const hour = fc.integer({ min: 0, max: 23 });

describe("a recurring time", () => {
  it("strikes once on each of its days, at its minute and at no other", () => {
    const weekdays = fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1, maxLength: 7 });
    fc.assert(
      fc.property(minute, hour, weekdays, (m, h, days) => {
        const cron = parseCron(`${m} ${h} * * ${days.join(",")}`);
        const struck = cron === undefined ? [] : strikes(cron);
        // 1,461 days: each weekday 208 times, and the last five, a Monday to a Friday, once more.
        expect(struck.length).toBe(days.reduce((sum, day) => sum + 208 + (day >= 1 && day <= 5 ? 1 : 0), 0));
        for (const each of struck) expect(each % 1440).toBe(h * 60 + m);
      }),
      { numRuns: 30 },
    );
  });

  it("of the 29th of February strikes once in four years", () => {
    const cron = parseCron("0 0 29 2 *");
    expect(cron && strikes(cron)).toHaveLength(1);
  });

  it.each([
    "",
    "* * * * *",
    "0 17 * *",
    "0 17 * * 5 2026",
    "60 1 * * *",
    "0 24 * * *",
    "0 1 0 * *",
    "0 1 * 13 *",
    "0 1 * * 7",
    "0 1 5-3 * *",
    "0 1 1 * 5",
    "0 1 * * FRI",
    "0,30 1 * * *",
  ])("is not %j", (text) => expect(parseCron(text)).toBeUndefined());
});

describe("schedules", () => {
  it("may follow one another without a gap", () => {
    const night = { name: "night", from: "0 23 * * 5", until: "0 2 * * 6", players: 500 };
    expect(scheduleProblems([friday, night])).toEqual([]);
    expect(scheduleProblems([night, friday])).toEqual([]);
  });

  it("that overlap are refused, with the minute at which they do", () => {
    const payday = { name: "payday", from: "0 18 27 * *", until: "0 22 27 * *", players: 900 };
    expect(scheduleProblems([friday, payday])).toEqual([
      {
        path: [1, "from"],
        message: expect.stringContaining("let friday end first: at 2024-09-27 18:00 UTC payday begins within it"),
      },
    ]);
  });

  it("overlap exactly when some minute lies in both", () => {
    const day = fc.integer({ min: 0, max: 6 });
    fc.assert(
      fc.property(
        day,
        day,
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 0, max: 20 }),
        fc.integer({ min: 1, max: 3 }),
        (a, b, startA, startB, length) => {
          const one = { name: "one", from: `0 ${startA} * * ${a}`, until: `0 ${startA + length} * * ${a}`, players: 1 };
          const other = {
            name: "other",
            from: `0 ${startB} * * ${b}`,
            until: `0 ${startB + length} * * ${b}`,
            players: 1,
          };
          const meet = a === b && Math.abs(startA - startB) < length;
          expect(scheduleProblems([one, other]).length > 0).toBe(meet);
        },
      ),
      { numRuns: 60 },
    );
  });

  it.each<[string, readonly Schedule[], RegExp]>([
    ["two of one name", [friday, { ...friday, from: "0 1 * * 1", until: "0 2 * * 1" }], /a schedule friday already/],
    ["one that begins anew before it ends", [{ ...friday, from: "0 17 * * *" }], /friday begins and has not ended/],
    ["one on a day that there is not", [{ ...friday, from: "0 17 30 2 *" }], /names none in four years/],
  ])("with %s are refused", (_, schedules, message) => {
    expect(scheduleProblems(schedules)[0]?.message).toMatch(message);
  });
});
