import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const TOPIC = "aws:sns/topic:Topic";
const POLICY = "aws:sns/topicPolicy:TopicPolicy";
const SUBSCRIPTION = "aws:sns/topicSubscription:TopicSubscription";

const nowhere = "arn:aws:sns:eu-west-1:100000000001:nowhere";

const arnOf = (made: Made): string => made["topic"]?.id ?? "";
const withTopic = async ({ make }: Workshop): Promise<Made> => ({
  topic: await make(TOPIC, { name: "alarms" }),
  other: await make(TOPIC, { name: "others" }),
});

/** A policy of one statement that lets CloudWatch publish, with one part of it changed. */
function policyFor(topic: string, changed: Properties = {}): string {
  const statement = { Effect: "Allow", Principal: { Service: "cloudwatch.amazonaws.com" }, Action: "sns:Publish" };
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Resource: topic, ...changed }] });
}

const cases: readonly ConformanceCase[] = [
  {
    type: TOPIC,
    smallest: () => ({ name: "alarms" }),
    id: /^arn:aws:sns:eu-west-1:\d{12}:alarms$/,
    outputs: { arn: /:alarms$/, owner: /^\d{12}$/, policy: /__default_policy_ID/, fifoTopic: false },
    change: { displayName: "Alarms", tags: { team: "lobby" } },
    replace: { name: "other-alarms" },
    spoiled: [
      { name: "a name with a space", with: { name: "my alarms" }, code: "InvalidParameter" },
      { name: "a name of 257 characters", with: { name: "a".repeat(257) }, code: "InvalidParameter" },
      { name: "a queue without the ending", with: { fifoTopic: true }, code: "InvalidParameter", property: "name" },
      { name: "the ending without a queue", with: { name: "alarms.fifo" }, code: "InvalidParameter" },
      { name: "a policy that is none", with: { policy: "{}" }, code: "InvalidParameter" },
      { name: "a tag of AWS's own", with: { tags: { "aws:team": "lobby" } }, code: "InvalidParameter" },
      {
        name: "a key that does not exist",
        with: { kmsMasterKeyId: "00000000-0000-0000-0000-000000000000" },
        code: "KMSNotFound",
        at: "create",
      },
    ],
  },
  {
    type: POLICY,
    needs: withTopic,
    smallest: (made) => ({ arn: arnOf(made), policy: policyFor(arnOf(made)) }),
    id: /^arn:aws:sns:eu-west-1:\d{12}:alarms$/,
    outputs: { owner: /^\d{12}$/ },
    change: (made) => ({ policy: policyFor(arnOf(made), { Principal: { Service: "budgets.amazonaws.com" } }) }),
    replace: (made) => ({ arn: made["other"]?.id ?? "", policy: policyFor("*") }),
    spoiled: [
      { name: "no policy", with: { policy: null }, code: "InvalidParameter" },
      { name: "a policy that is no JSON", with: { policy: "{" }, code: "InvalidParameter" },
      { name: "a topic that does not exist", with: { arn: nowhere }, code: "NotFound", at: "create" },
      {
        name: "an action of another service",
        with: (made) => ({ policy: policyFor(arnOf(made), { Action: "s3:PutObject" }) }),
        code: "InvalidParameter",
        at: "create",
      },
      { name: "another topic", with: { policy: policyFor(nowhere) }, code: "InvalidParameter", at: "create" },
      {
        name: "a role that does not exist",
        with: (made) => {
          const account = arnOf(made).split(":")[4];
          return { policy: policyFor(arnOf(made), { Principal: { AWS: `arn:aws:iam::${account}:role/nobody` } }) };
        },
        code: "InvalidParameter",
        at: "create",
      },
    ],
  },
  {
    type: SUBSCRIPTION,
    needs: withTopic,
    smallest: (made) => ({ topic: arnOf(made), protocol: "email", endpoint: "oncall@example.com" }),
    id: /^arn:aws:sns:eu-west-1:\d{12}:alarms:[0-9a-f-]{36}$/,
    outputs: { arn: /:alarms:/, ownerId: /^\d{12}$/, pendingConfirmation: true },
    change: { filterPolicy: '{"state":["ALARM"]}', filterPolicyScope: "MessageBody" },
    replace: { endpoint: "others@example.com" },
    spoiled: [
      { name: "no endpoint", with: { endpoint: null }, code: "InvalidParameter" },
      { name: "a protocol there is not", with: { protocol: "pager" }, code: "InvalidParameter" },
      { name: "an address that is none", with: { endpoint: "oncall" }, code: "InvalidParameter" },
      { name: "a queue by its name", with: { endpoint: "queue", protocol: "sqs" }, code: "InvalidParameter" },
      { name: "a topic that does not exist", with: { topic: nowhere }, code: "NotFound", at: "create" },
    ],
  },
];

conformance(cases);

describe("a topic", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("takes its policy and subscriptions along", async () => {
    const engine = await sandbox.engine();
    const topic = await engine.create(TOPIC, { name: "alarms" });
    const policy = await engine.create(POLICY, { arn: topic.id, policy: policyFor(topic.id) });
    const mail = { topic: topic.id, protocol: "email", endpoint: "oncall@example.com" };
    const subscription = await engine.create(SUBSCRIPTION, mail);
    await engine.remove(TOPIC, topic);
    expect(await engine.read(POLICY, policy.id)).toBeUndefined();
    expect(await engine.read(SUBSCRIPTION, subscription.id)).toBeUndefined();
  });

  it("is the same topic when it is made again, and is refused when it is to be another one", async () => {
    const engine = await sandbox.engine();
    const first = await engine.create(TOPIC, { name: "again" });
    expect((await engine.create(TOPIC, { name: "again" })).id).toBe(first.id);
    const attempt = engine.create(TOPIC, { name: "again", displayName: "Another" });
    await expect(attempt).rejects.toThrow("InvalidParameter: Invalid parameter: Attributes");
  });

  it("is sealed by a key, which it does not keep from being deleted", async () => {
    const engine = await sandbox.engine();
    const key = await engine.create("aws:kms/key:Key", {});
    const topic = await engine.create(TOPIC, { name: "sealed", kmsMasterKeyId: String(key.outputs["arn"]) });
    await engine.remove("aws:kms/key:Key", key);
    expect(await engine.read(TOPIC, topic.id, topic)).toBeDefined();
  });
});
