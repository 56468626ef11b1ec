import { expect, test } from "vitest";
import {
  firstWorkingStatus,
  isFinished,
  mayBecome,
  operationStatuses,
  predecessorsOf,
} from "../../api/operations/operation.ts";
import { planSteps } from "../../api/rollouts/rollout.ts";

test("an operation that has ended never changes its state again", () => {
  for (const from of operationStatuses.filter(isFinished)) {
    for (const to of operationStatuses) expect(mayBecome(from, to), `${from} -> ${to}`).toBe(false);
  }
});

test("only what works can be cancelling; what has not begun goes straight to cancelled", () => {
  expect(predecessorsOf("cancelling")).toEqual(["previewing", "running"]);
  expect(mayBecome("queued", "cancelled")).toBe(true);
  expect(mayBecome("queued", "cancelling")).toBe(false);
});

test("no state leads back to queued", () => {
  expect(predecessorsOf("queued")).toEqual([]);
});

test("a refresh and a destroy show no preview", () => {
  expect((["preview", "up", "refresh", "destroy"] as const).map(firstWorkingStatus)).toEqual([
    "previewing",
    "previewing",
    "running",
    "running",
  ]);
});

const numbered = () => {
  let n = 0;
  return () => `op${++n}`;
};

test("a teardown takes the regions in reverse order", () => {
  const plan = planSteps("destroy", { before: ["a", "b", "c"], after: [] }, numbered());
  expect(plan.map(({ region, kind }) => `${kind} ${region}`)).toEqual(["destroy c", "destroy b", "destroy a"]);
});

test("a change brings up what stays and comes in the order asked for, then takes down what goes", () => {
  const plan = planSteps("update", { before: ["a", "b", "c"], after: ["d", "b"] }, numbered());
  expect(plan.map(({ region, kind }) => `${kind} ${region}`)).toEqual(["up d", "up b", "destroy c", "destroy a"]);
  expect(new Set(plan.map((step) => step.operation)).size).toBe(4);
});
