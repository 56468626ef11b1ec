import { expect, it } from "vitest";
import { judgeResource } from "../../../policies/index.ts";
import { tagging } from "../fixtures/tags.ts";
import { describeRule } from "../support/describeRule.ts";
import { contextFor, judged } from "../support/ruleFixture.ts";

describeRule(tagging.recommended);

it("leaves the resources of a stack set to the mandatory rule", () => {
  for (const fixture of tagging.recommended) {
    const verdicts = judgeResource(judged(fixture, {}), { ...contextFor(fixture), stackSet: "launch" });
    expect(verdicts.map(({ policy }) => policy)).toEqual(["cost-require-tags"]);
  }
});
