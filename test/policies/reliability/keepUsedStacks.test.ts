import { expect, test } from "vitest";
import { type JudgeContext, judgeDeletion } from "../../../policies/index.ts";
import { deleted } from "../support/deleted.ts";

const context: JudgeContext = { environment: "development", project: "game", stack: "dev", phase: "preview" };
const judge = (dependents: readonly string[]) =>
  judgeDeletion(deleted("pulumi:pulumi:Stack"), {
    ...context,
    teardown: { now: "2026-03-01T12:00:00Z", gameEvents: [], dependents },
  });

test("a stack stays while others take outputs of it, in any environment", () => {
  expect(judge(["lobby.live.eu-west-1"])).toEqual([
    expect.objectContaining({
      policy: "reliability-keep-used-stacks",
      level: "mandatory",
      message: "lobby.live.eu-west-1 takes outputs of it",
    }),
  ]);
  expect(judge(["a", "b"])[0]?.message).toBe("a, b take outputs of it");
});

test("a stack that nobody uses may go", () => {
  expect(judge([])).toEqual([]);
});
