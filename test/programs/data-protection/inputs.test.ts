import { describe, expect, it } from "vitest";
import { catalog, checkInputs } from "../../../programs/catalog.ts";

const select = { tier: "gold" };
const tiers = (gold: object) => ({ tiers: { gold: { select, ...gold } } });

/** What the schema says of inputs: pointer and message of each problem. */
function problemsOf(inputs: unknown): readonly string[] {
  const checked = checkInputs(catalog.blueprints["data-protection"], inputs);
  return checked.ok ? [] : checked.problems.map(({ pointer, message }) => `${pointer}: ${message}`);
}

describe("the inputs of data-protection", () => {
  it("may be none: then what blueprints protect is backed up, and restored each month", () => {
    const checked = checkInputs(catalog.blueprints["data-protection"], {});
    expect(checked).toMatchObject({
      ok: true,
      inputs: { tiers: { protected: { select: { "meridian:protected": "true" } } }, restoreTests: ["DynamoDB", "EBS"] },
    });
  });

  it.each([
    ["cold storage for exactly 90 days", tiers({ daily: { keepDays: 91, coldAfterDays: 1 } })],
    ["all cadences", tiers({ daily: { keepDays: 7 }, weekly: { keepDays: 35 }, monthly: { keepDays: 400 } })],
    ["a region of copies", { copyRegions: { "eu-west-1": "eu-central-1", "eu-central-1": "eu-west-1" } }],
    ["compliance with grace", { lock: { mode: "compliance", graceDays: 3 } }],
    ["no restore tests", { restoreTests: [] }],
  ])("may be %s", (_, inputs) => expect(problemsOf(inputs)).toEqual([]));

  it.each([
    ["no object", [], /^: give one JSON object of inputs/],
    ["no tier", { tiers: {} }, /^\/tiers: give at least one tier/],
    [
      "a tier's name that is none",
      { tiers: { "Gold!": { select, daily: { keepDays: 1 } } } },
      /^\/tiers\/Gold!: name a tier by/,
    ],
    [
      "a tier of everything",
      tiers({ select: {}, daily: { keepDays: 1 } }),
      /^\/tiers\/gold\/select: .* without a tag everything/,
    ],
    ["a tier of nothing", tiers({}), /^\/tiers\/gold: give daily, weekly or monthly/],
    ["no days", tiers({ daily: {} }), /^\/tiers\/gold\/daily\/keepDays: give the days a recovery point is kept/],
    [
      "less than 90 days in cold storage",
      tiers({ daily: { keepDays: 119, coldAfterDays: 30 } }),
      /^\/tiers\/gold\/daily\/keepDays: give 120 days or more/,
    ],
    [
      "days between weeks without any",
      tiers({ weekly: { keepDays: 6 } }),
      /^\/tiers\/gold\/weekly\/keepDays: give 7 days or more/,
    ],
    [
      "a day without any in long months",
      tiers({ monthly: { keepDays: 30 } }),
      /^\/tiers\/gold\/monthly\/keepDays: give 31 days or more/,
    ],
    [
      "weeks that add nothing to days",
      tiers({ daily: { keepDays: 35 }, weekly: { keepDays: 35 } }),
      /^\/tiers\/gold\/weekly\/keepDays: give more than 35 days/,
    ],
    [
      "months that add nothing to days",
      tiers({ daily: { keepDays: 90 }, monthly: { keepDays: 90 } }),
      /^\/tiers\/gold\/monthly\/keepDays: .* leave monthly out/,
    ],
    ["a copy at home", { copyRegions: { "eu-west-1": "eu-west-1" } }, /^\/copyRegions\/eu-west-1: name another region/],
    [
      "a copy in another partition",
      { copyRegions: { "eu-west-1": "cn-north-1" } },
      /^\/copyRegions\/eu-west-1: .* own partition/,
    ],
    [
      "a copy in a region that is none",
      { copyRegions: { "eu-west-1": "Frankfurt" } },
      /^\/copyRegions\/eu-west-1: give a region/,
    ],
    ["a mode there is not", { lock: { mode: "strict" } }, /^\/lock\/mode: give none, governance or compliance/],
    ["compliance without grace", { lock: { mode: "compliance" } }, /^\/lock\/graceDays: give the days of grace/],
    ["grace without compliance", { lock: { mode: "governance", graceDays: 3 } }, /^\/lock\/graceDays: leave it out/],
    ["too little grace", { lock: { mode: "compliance", graceDays: 2 } }, /^\/lock\/graceDays: .* from 3 to 365/],
    ["a type that no test restores", { restoreTests: ["Lambda"] }, /^\/restoreTests\/0: give types out of/],
    ["a type twice", { restoreTests: ["EBS", "EBS"] }, /^\/restoreTests\/1: name EBS once/],
    ["an hour there is not", { startHourUtc: 24 }, /^\/startHourUtc: give the hour as a whole number from 0 to 23/],
    ["an input there is not", { vaults: 1 }, /^\/vaults: take out "vaults"/],
  ])("are refused with %s, and told what to give", (_, inputs, problem) => {
    expect(problemsOf(inputs)).toContainEqual(expect.stringMatching(problem));
  });

  it("are refused with two tiers that take the same, whatever the order of their tags", () => {
    const daily = { keepDays: 7 };
    const both = { one: { select: { a: "1", b: "2" }, daily }, two: { select: { b: "2", a: "1" }, daily } };
    expect(problemsOf({ tiers: both })).toEqual([
      expect.stringMatching(/^\/tiers\/two\/select: give other tags: one takes/),
    ]);
  });
});
