import { expect, test } from "vitest";
import { Problem, toProblemDocument } from "../../api/base/problem.ts";
import { failureOf } from "../../api/operations/operationEnds.ts";
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
    ended("policy-denied", toProblemDocument(new Problem("policy-denied", "Too large."))),
    undefined,
  ]);
  expect(end).toMatchObject({
    status: "failed",
    error: { code: "policy-denied", operation: "op_1", region: "eu-west-1" },
  });
  expect(end.error?.detail).toContain("Too large.");
});

test.each(["budget-exceeded", "has-dependents", "inputs-refused", "pending-creates", "quota-exceeded"] as const)(
  "a region that ends for %s ends the rollout by that name, with the operation's own words",
  (code) => {
    const problem = toProblemDocument(
      new Problem(code, "Look.", { errors: [{ pointer: "/inputs/size", detail: "Why." }] }),
    );
    const { status, title, type, errors } = problem;
    const { error } = endOf([ended("succeeded"), ended("failed", problem)]);
    expect(error).toMatchObject({
      code,
      status,
      title,
      type,
      errors,
      operation: "op_1",
      region: "eu-west-1",
      cause: code,
    });
    expect(error?.detail).toContain("Look.");
  },
);

test("a region that ended without a word is a failure of the engine, or a denial", () => {
  expect(endOf([ended("failed")]).error).toMatchObject({ code: "operation-failed", status: 500 });
  expect(endOf([ended("policy-denied")]).error).toMatchObject({ code: "policy-denied", status: 403 });
});

test("work whose steps threw a refusal ends by its name; anything else is the service's own failure", () => {
  expect(failureOf(new Problem("stack-not-empty", "It has 3."))).toMatchObject({
    code: "stack-not-empty",
    status: 400,
  });
  const replayed = Object.assign(new Error("It has 3."), { code: "stack-not-empty" }); // a class does not outlive a replay
  expect(failureOf(replayed)).toMatchObject({ code: "stack-not-empty", detail: "It has 3." });
  expect(failureOf(new Error("socket closed"))).toMatchObject({ code: "internal", detail: "socket closed" });
});
