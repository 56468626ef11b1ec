import { expect, test } from "vitest";
import type { Gate, Verdict } from "../../api/gate/index.ts";
import { switchableGate } from "../../bench/service/switchableGate.ts";

const refusal = { policy: "p", level: "mandatory" } as Verdict; // the gate only hands it on
const refusing: Gate = {
  rules: { pack: "p", version: "1", rules: [], settings: {} },
  judgedTypes: new Set(["a"]),
  watchedTypes: new Set(["a"]),
  wholeTypes: new Set(),
  judgeWhole: async () => [],
  judgeSteps: async (_context, steps) => steps.map(() => [refusal]),
  close: async () => undefined,
};
const context: Parameters<Gate["judgeSteps"]>[0] = {
  environment: "production",
  project: "p",
  stack: "s",
  phase: "up",
};
const step = { urn: "u", type: "a" } as Parameters<Gate["judgeSteps"]>[1][number]; // no rule of this gate reads more

test("a gate that is on judges as the one behind it, and counts what that took", async () => {
  const gate = switchableGate(refusing);
  expect(gate.judgedTypes).toEqual(refusing.judgedTypes);
  expect(await gate.judgeSteps(context, [step, step], [])).toEqual([[refusal], [refusal]]);
  expect(gate.takeSpent()).toEqual({ steps: 2, ms: expect.any(Number) });
  expect(gate.takeSpent()).toEqual({ steps: 0, ms: 0 });
});

test("a gate that is off has nothing to judge, and judges again once it is back", () => {
  const gate = switchableGate(refusing);
  gate.turn(false);
  expect(gate.judgedTypes.size).toBe(0);
  gate.turn(true);
  expect(gate.judgedTypes).toEqual(refusing.judgedTypes);
});
