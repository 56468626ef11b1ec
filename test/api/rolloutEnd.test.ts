import { expect, test } from "vitest";
import type { OperationRow } from "../../api/operations/operationStore.ts";
import { endOf } from "../../api/rollouts/rolloutSteps.ts";

const ended = (status: string, error: unknown = null) =>
  ({ id: "op_1", region: "eu-west-1", status, error }) as unknown as OperationRow; // as much of a row as an end is told from

test("a rollout succeeds only when every operation of its plan did", () => {
  expect(endOf([ended("succeeded"), ended("succeeded")])).toEqual({ status: "succeeded" });
  expect(endOf([ended("succeeded"), undefined])).toEqual({ status: "cancelled" });
});

test("a denied region ends it as failed, with the code of the denial and the operation's name", () => {
  const end = endOf([
    ended("succeeded"),
    ended("policy-denied", { code: "policy-denied", detail: "Too large." }),
    undefined,
  ]);
  expect(end).toMatchObject({
    status: "failed",
    error: { code: "policy-denied", operation: "op_1", region: "eu-west-1" },
  });
  expect(end.error?.detail).toContain("Too large.");
});

test("a failed region is named with the cause of its failure", () => {
  expect(endOf([ended("failed", { code: "pending-creates", detail: "Look." })])).toMatchObject({
    status: "failed",
    error: { code: "operation-failed", cause: "pending-creates" },
  });
});
