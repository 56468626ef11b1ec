import { expect, test } from "vitest";
import { createJudge, type JudgeContext, judgeDeletion, pack, readPolicySettings } from "../../../policies/index.ts";
import { deleted } from "../support/deleted.ts";

const production: JudgeContext = { environment: "production", project: "game", stack: "dev", phase: "preview" };
const finals = { name: "finals", startsAt: "2026-03-01T18:00:00Z", endsAt: "2026-03-01T22:00:00Z" };
const at = (now: string, context: Partial<JudgeContext> = {}): JudgeContext => ({
  ...production,
  teardown: { now, gameEvents: [finals], dependents: [] },
  ...context,
});
const stack = deleted("pulumi:pulumi:Stack");
const outcomes = (context: JudgeContext) => judgeDeletion(stack, context).map(({ message }) => message);
const refusal = [
  "the game event finals lasts from 2026-03-01T18:00:00Z to 2026-03-01T22:00:00Z, and its window is open",
];

test.each([
  ["a second before the window opens, twelve hours ahead", "2026-03-01T05:59:59Z", []],
  ["as the window opens", "2026-03-01T06:00:00Z", refusal],
  ["during the event", "2026-03-01T20:00:00Z", refusal],
  ["in its last second", "2026-03-01T21:59:59Z", refusal],
  ["as it ends", "2026-03-01T22:00:00Z", []],
])("%s", (_, now, expected) => {
  expect(outcomes(at(now))).toEqual(expected);
});

test("another environment has no audience", () => {
  expect(outcomes(at("2026-03-01T20:00:00Z", { environment: "staging" }))).toEqual([]);
});

test("how long before an event its window opens can be set", () => {
  const { settings } = readPolicySettings({ "reliability-spare-game-events": { hoursBefore: 0 } }, pack.rules);
  const judge = createJudge(pack, settings);
  expect(judge.judgeDeletion(stack, at("2026-03-01T17:59:59Z"))).toEqual([]);
  expect(judge.judgeDeletion(stack, at("2026-03-01T18:00:00Z"))).toHaveLength(1);
});
