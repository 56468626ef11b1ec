import { expect, it } from "vitest";
import { judgeResource } from "../../../policies/index.ts";
import { tagging } from "../fixtures/tags.ts";
import { describeRule } from "../support/describeRule.ts";
import { contextFor, judged } from "../support/ruleFixture.ts";

describeRule(tagging.required);

it("asks nothing of types that have no tags", () => {
  for (const fixture of tagging.required) {
    const route = judged({ ...fixture, type: "aws:ec2/route:Route" }, {});
    expect(judgeResource(route, contextFor(fixture))).toEqual([]);
  }
});
