import { expect, it } from "vitest";
import { judgeResource, judgeStack, type KnownResource, UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const policy = "reliability-outlast-readers";
const judge = judgeWhole.bind(undefined, policy);
const queue = (visibilityTimeoutSeconds?: unknown) =>
  known("aws:sqs/queue:Queue", "work", { name: "work", visibilityTimeoutSeconds });
const reader = (timeout?: unknown) => known("aws:lambda/function:Function", "run", { name: "run", timeout });
const mapping = known(
  "aws:lambda/eventSourceMapping:EventSourceMapping",
  "run-work",
  { functionName: "run" },
  { propertyDependencies: { eventSourceArn: [queue().urn], functionName: [reader().urn] } },
);
const fault = ["run-work: the queue hides a message for less than 6 times the timeout of its reader"];

it("asks for six times the timeout of the reader", () => {
  expect(judge([queue(180), reader(30), mapping])).toEqual([]);
  expect(judge([queue(179), reader(30), mapping])).toEqual(fault);
  expect(judge([queue(), reader(30), mapping])).toEqual(fault);
  expect(judge([queue(), reader(), mapping])).toEqual([]);
  expect(judge([queue(UNKNOWN), reader(30), mapping])).toEqual(["work: unknown"]);
});

it("says nothing of a queue or a reader from elsewhere", () => {
  expect(judge([queue(10), mapping])).toEqual([]);
  expect(judge([reader(30), mapping])).toEqual([]);
});

it("speaks at each step that completes the fault", () => {
  const stack: readonly KnownResource[] = [queue(30), reader(30), mapping];
  const context = { environment: "production", project: "game", stack: "dev", phase: "up" } as const;
  for (const step of stack) {
    const siblings = (type: string) => stack.filter((other) => other.urn !== step.urn && other.type === type);
    const verdicts = judgeResource({ ...step, step: "update", secrets: [], protect: false }, { ...context, siblings });
    expect(verdicts.filter((verdict) => verdict.policy === policy)).toHaveLength(1);
  }
  expect(judgeStack(stack, context).filter((verdict) => verdict.policy === policy)).toHaveLength(1);
});

it("does not know which queue or reader it is while nobody can know", () => {
  const type = mapping.type;
  const ofUnknownQueue = known(type, "run-work", { eventSourceArn: UNKNOWN, functionName: "run" });
  const ofUnknownReader = known(type, "run-work", { eventSourceArn: "work", functionName: UNKNOWN });
  for (const step of [ofUnknownQueue, ofUnknownReader])
    expect(judge([queue(30), reader(30), step])).toEqual(["run-work: unknown"]);
});
