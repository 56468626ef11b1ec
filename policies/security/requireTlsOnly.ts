import { onResource, rule } from "../rule.ts";
import { conditionValues, isForEveryone } from "./callers.ts";
import { list, type Statement, statementsOf } from "./policyDocument.ts";

const isTransport = (key: string): boolean => key === "aws:securetransport";

/** Refuses everybody, and every action that carries content, who does not speak TLS. */
const refusesClear = (statement: Statement): boolean =>
  statement.Effect === "Deny" &&
  isForEveryone(statement) &&
  list(statement.Action).length > 0 &&
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
  check: onResource(
    [
      "aws:s3/bucketPolicy:BucketPolicy",
      "aws:sqs/queuePolicy:QueuePolicy",
      "aws:sns/topicPolicy:TopicPolicy",
    ] as readonly string[],
    (inputs, report) => {
      const statements = statementsOf(inputs, inputs["policy"]) ?? [];
      if (!statements.some(refusesClear)) report("policy does not refuse what comes without TLS");
    },
  ),
});
