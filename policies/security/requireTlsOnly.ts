import { onResource, rule } from "../rule.ts";
import { conditionValues, isForEveryone } from "./callers.ts";
import { list, type Statement, statementsOf } from "./policyDocument.ts";

const isTransport = (key: string): boolean => key === "aws:securetransport";

const bucketPolicy = "aws:s3/bucketPolicy:BucketPolicy";
const queuePolicy = "aws:sqs/queuePolicy:QueuePolicy";
const topicPolicy = "aws:sns/topicPolicy:TopicPolicy";

/**
 * The actions that carry content, which a refusal must cover. Sources: the user guides of Amazon S3 ("Security best practices"), SQS ("Amazon SQS
 * security best practices") and SNS ("Enforce encryption of data in transit"), whose examples refuse s3:*, sqs:* and sns:Publish.
 */
const carrying: Readonly<Record<string, readonly string[]>> = {
  [bucketPolicy]: ["s3:getobject", "s3:putobject"],
  [queuePolicy]: ["sqs:sendmessage", "sqs:receivemessage"],
  [topicPolicy]: ["sns:publish"],
};

/** Whether an action of a statement, which may end in a wildcard, covers another one. */
const coversAction = (pattern: unknown, action: string): boolean => {
  const text = String(pattern).toLowerCase();
  return text.endsWith("*") ? action.startsWith(text.replace(/\*+$/, "")) : text === action;
};

/** Refuses everybody who does not speak TLS that action. */
const refusesClear = (statement: Statement, action: string): boolean =>
  statement.Effect === "Deny" &&
  isForEveryone(statement) &&
  (statement.NotAction === undefined
    ? list(statement.Action).some((pattern) => coversAction(pattern, action))
    : !list(statement.NotAction).some((pattern) => coversAction(pattern, action))) &&
  conditionValues(statement, isTransport).includes("false");

export const requireTlsOnly = rule({
  name: "security-require-tls-only",
  description: "Policies of buckets, queues and topics must refuse who does not speak TLS.",
  reason:
    "These services answer over plain HTTP too, to whoever asks that way: one client with http:// in its settings sends players' data in clear.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["S3.5"], cis: ["2.1.1"], nist: ["PR.DS-02"] },
  remediation: ['Add a statement that denies every action to principal "*" where aws:SecureTransport is "false".'],
  check: onResource<string>(Object.keys(carrying), (inputs, report, { resource }) => {
    const statements = statementsOf(inputs, inputs["policy"]) ?? [];
    const isRefused = (action: string) => statements.some((statement) => refusesClear(statement, action));
    if (!(carrying[resource.type] ?? []).every(isRefused)) report("policy does not refuse what comes without TLS");
  }),
});
