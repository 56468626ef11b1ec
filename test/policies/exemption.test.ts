import { describe, expect, it } from "vitest";
import { applyExemptions, type Exemption, type Verdict } from "../../policies/index.ts";
import { urnOf } from "./support/ruleFixture.ts";

const urn = urnOf("aws:autoscaling/group:Group", "fleet");
const verdict: Verdict = {
  policy: "cost-limit-fleets",
  pack: "meridian",
  packVersion: "1",
  level: "mandatory",
  severity: "high",
  outcome: "fail",
  figure: 500,
  urn,
  resourceType: "aws:autoscaling/group:Group",
  message: "maxSize (500) is over 450 machines",
  remediation: "Ask for fewer.",
  phase: "up",
};
const exemption: Exemption = {
  id: "ex_1",
  policy: "cost-limit-fleets",
  scope: {},
  reason: "launch night",
  approvedBy: "ada",
  startsAt: "2026-03-01T00:00:00Z",
  endsAt: "2026-03-02T00:00:00Z",
};
const place = {
  team: "core",
  project: "meridian",
  stack: "launch.live.eu-west-1",
  stackSet: "launch",
  region: "eu-west-1",
};
const during = new Date("2026-03-01T12:00:00Z");
const outcome = (change: Partial<Exemption>, { of = verdict, now = during } = {}) =>
  applyExemptions([of], [{ ...exemption, ...change }], place, now)[0]?.outcome;

describe("applyExemptions", () => {
  it("lets a fault through by name, with its figure still told", () => {
    expect(applyExemptions([verdict], [exemption], place, during)).toEqual([
      {
        ...verdict,
        level: "advisory",
        outcome: "exempted",
        exemption: "ex_1",
        message: `${verdict.message}; exempted until 2026-03-02T00:00:00Z by ada: launch night`,
      },
    ]);
  });

  it("holds from its start and until, not at, its end", () => {
    const at = (now: string) => outcome({}, { now: new Date(now) });
    expect(at("2026-02-28T23:59:59.999Z")).toBe("fail");
    expect(at("2026-03-01T00:00:00Z")).toBe("exempted");
    expect(at("2026-03-01T23:59:59.999Z")).toBe("exempted");
    expect(at("2026-03-02T00:00:00Z")).toBe("fail");
  });

  it.each([
    ["another policy", { policy: "cost-require-tags" }, "fail"],
    ["its team", { scope: { team: "core" } }, "exempted"],
    ["another team", { scope: { team: "other" } }, "fail"],
    ["its stack set and region", { scope: { stackSet: "launch", region: "eu-west-1" } }, "exempted"],
    ["another region", { scope: { region: "us-east-1" } }, "fail"],
    ["another stack", { scope: { stack: "launch.live.us-east-1" } }, "fail"],
    ["its URN", { scope: { urn } }, "exempted"],
    ["a part of its URN without a star", { scope: { urn: "fleet" } }, "fail"],
    ["a pattern of its URN", { scope: { urn: "*::aws:autoscaling/group:Group::*leet" } }, "exempted"],
    ["a pattern whose ends overlap", { scope: { urn: `${urn}*${urn}` } }, "fail"],
    ["a ceiling at its figure", { ceiling: 500 }, "exempted"],
    ["a ceiling below its figure", { ceiling: 499 }, "fail"],
  ] as const)("with a scope of %s", (_, change, expected) => {
    expect(outcome(change)).toBe(expected);
  });

  it("is compared in a moment with a pattern of many stars, which it all but fits", () => {
    const long = `${urn}${"a".repeat(20_000)}`;
    const stars = { scope: { urn: `${"*a".repeat(249)}b` } };
    expect(outcome(stars, { of: { ...verdict, urn: long } })).toBe("fail");
    expect(outcome(stars, { of: { ...verdict, urn: `${long}b` } })).toBe("exempted");
  });

  it("lets nothing through under a ceiling that has no figure, and nothing that the gate itself refuses", () => {
    const { figure: _, ...withoutFigure } = verdict;
    expect(outcome({ ceiling: 10_000 }, { of: withoutFigure })).toBe("fail");
    const gate = { ...verdict, policy: "gate-wrong-placement" };
    expect(outcome({ policy: "gate-wrong-placement" }, { of: gate })).toBe("fail");
  });
});
