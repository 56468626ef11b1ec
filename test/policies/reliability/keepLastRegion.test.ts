import { expect, test } from "vitest";
import { type JudgeContext, judgeDeletion } from "../../../policies/index.ts";
import { deleted } from "../support/deleted.ts";

const facts = { now: "2026-03-01T12:00:00Z", gameEvents: [], dependents: [] };
const production: JudgeContext = { environment: "production", project: "game", stack: "dev", phase: "preview" };
const judge = (context: Partial<JudgeContext>) =>
  judgeDeletion(deleted("pulumi:pulumi:Stack"), { ...production, ...context });

test("the last healthy region of production stays", () => {
  expect(judge({ teardown: { ...facts, otherHealthyRegions: [] } })).toEqual([
    expect.objectContaining({
      policy: "reliability-keep-last-region",
      level: "mandatory",
      outcome: "fail",
      message: "no other region of the stack set is healthy",
    }),
  ]);
});

test.each<[string, Partial<JudgeContext>]>([
  ["another region is healthy", { teardown: { ...facts, otherHealthyRegions: ["us-east-1"] } }],
  ["the stack is of no stack set", { teardown: facts }],
  ["it is not production", { environment: "staging", teardown: { ...facts, otherHealthyRegions: [] } }],
  ["the teardown has been let begin", {}],
])("it says nothing where %s", (_, context) => {
  expect(judge(context)).toEqual([]);
});
