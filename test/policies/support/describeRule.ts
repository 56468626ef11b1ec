import { describe, expect, it } from "vitest";
import { judgeResource, type Properties, pack, UNKNOWN, type Verdict } from "../../../policies/index.ts";
import { contextFor, judged, type RuleFixture, withProperty } from "./ruleFixture.ts";

/** What holds for every rule, shown on its fixtures. */
export function describeRule(fixtures: readonly RuleFixture[]): void {
  for (const fixture of fixtures) describe(`${fixture.policy} on ${fixture.type}`, () => shared(fixture));
}

function shared(fixture: RuleFixture): void {
  const rule = pack.rules.find(({ name }) => name === fixture.policy);
  const judge = (inputs: Properties, phase: "preview" | "up" = "up"): readonly Verdict[] =>
    judgeResource(judged(fixture, inputs), { ...contextFor(fixture), phase }).filter(
      ({ policy }) => policy === fixture.policy,
    );

  it("passes the compliant resource, as do the other mandatory rules", () => {
    const all = judgeResource(judged(fixture), contextFor(fixture));
    expect(all.filter(({ level, policy }) => level === "mandatory" || policy === fixture.policy)).toEqual([]);
  });

  for (const [sentence, { at, to }] of Object.entries(fixture.fine ?? {})) {
    it(`passes ${sentence}`, () => {
      expect(judge(withProperty(fixture.inputs, at, to))).toEqual([]);
    });
  }

  for (const [sentence, { at, to, says }] of Object.entries(fixture.spoiled)) {
    const inputs = withProperty(fixture.inputs, at, to);

    it(`says so of ${sentence}`, () => {
      expect(judge(inputs)).toEqual([
        expect.objectContaining({ policy: rule?.name, level: rule?.level, outcome: "fail", message: says }),
      ]);
    });

    it(`says what its figure is where it gives one of ${sentence}`, () => {
      const figures = judge(inputs).filter(({ figure }) => figure !== undefined);
      if (figures.length > 0) expect(rule?.figure).toMatch(/\w/);
    });

    it(`repeats no value of ${sentence} when all of them are secret`, () => {
      const resource = { ...judged(fixture, inputs), secrets: Object.keys(inputs) };
      const messages = judgeResource(resource, contextFor(fixture)).map(({ message }) => message);
      expect(messages.length).toBeGreaterThan(0);
      for (const value of leaves(inputs)) expect(messages.join("\n")).not.toContain(value);
    });
  }

  const { unknownAt } = fixture;
  if (unknownAt === undefined) return;
  const unknown = withProperty(fixture.inputs, unknownAt, UNKNOWN);

  it("advises in a preview when the value is not known yet", () => {
    expect(judge(unknown, "preview")).toEqual([
      expect.objectContaining({ level: "advisory", outcome: "unknown", message: expect.stringContaining("not known") }),
    ]);
  });

  it("holds to its level when the value is not even known at the step", () => {
    expect(judge(unknown, "up")).toEqual([expect.objectContaining({ level: rule?.level, outcome: "unknown" })]);
  });
}

/** Values that would be seen in a message; digits that are also an index of a list would not. */
const leaves = (value: unknown): readonly string[] => {
  if (typeof value === "object" && value !== null) return Object.values(value).flatMap(leaves);
  return typeof value === "boolean" || String(value).length < 2 ? [] : [String(value)];
};
