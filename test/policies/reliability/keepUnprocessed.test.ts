import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "reliability-keep-unprocessed");
const queueType = "aws:sqs/queue:Queue";
const dead = known(queueType, "dead", { name: "dead" });
const redrive = { redrivePolicy: '{"deadLetterTargetArn":"arn:aws:sqs:dead","maxReceiveCount":5}' };
const work = (inputs: object = {}, sources: readonly string[] = [dead.urn]) =>
  known(queueType, "work", { name: "work", ...inputs }, { propertyDependencies: { redrivePolicy: sources } });
const fault = "it has no redrivePolicy, and takes no dead letters itself";

it("asks each queue for a queue of dead letters, or to be one", () => {
  expect(judge([work(redrive), dead])).toEqual([]);
  expect(judge([work()])).toEqual([`work: ${fault}`]);
  expect(judge([work(redrive, []), { ...dead, name: "other" }])).toEqual([`dead: ${fault}`]);
});

it("takes a policy of its own, beside the queue, for one", () => {
  const policy = known("aws:sqs/redrivePolicy:RedrivePolicy", "policy", { queueUrl: "work-id", ...redrive });
  expect(judge([work(), policy])).toEqual([]);
  const later = { ...policy, inputs: { queueUrl: UNKNOWN, ...redrive } };
  expect(judge([work(), later])).toEqual(["policy: unknown"]);
});

it.each([
  ["aws:lambda/function:Function", "deadLetterConfig"],
  ["aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig"],
  ["aws:lambda/eventSourceMapping:EventSourceMapping", "destinationConfig"],
  ["aws:scheduler/schedule:Schedule", "target"],
])("knows the dead letters of %s", (type, property) => {
  const user = known(type, "user", { [property]: {} }, { propertyDependencies: { [property]: [dead.urn] } });
  expect(judge([dead, user])).toEqual([]);
});

it("knows a queue that says which queues may hand letters to it", () => {
  expect(judge([work({ redriveAllowPolicy: "{}" }, [])])).toEqual([]);
});
