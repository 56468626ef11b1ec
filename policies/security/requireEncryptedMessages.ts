import { onResource, rule } from "../rule.ts";

export const requireEncryptedMessages = rule({
  name: "security-require-encrypted-messages",
  description: "Queues, topics and streams must be encrypted at rest.",
  reason:
    "What waits there is what players did and said. Topics and streams keep it in clear unless they are told otherwise.",
  level: "mandatory",
  severity: "medium",
  controls: { fsbp: ["SQS.1", "SNS.1", "Kinesis.1", "DataFirehose.1"], nist: ["PR.DS-01"] },
  remediation: [
    "Set kmsMasterKeyId of a queue or topic; leave sqsManagedSseEnabled on where no key of one's own is needed.",
    'Set encryptionType of a stream to "KMS", and serverSideEncryption.enabled of a delivery stream.',
  ],
  check: [
    onResource("aws:sqs/queue:Queue", (queue, report) => {
      if (queue.sqsManagedSseEnabled === false && !queue.kmsMasterKeyId)
        report("sqsManagedSseEnabled is false, and kmsMasterKeyId is not set");
    }),
    onResource("aws:sns/topic:Topic", ({ kmsMasterKeyId }, report) => {
      if (!kmsMasterKeyId) report("kmsMasterKeyId is not set");
    }),
    onResource("aws:kinesis/stream:Stream", ({ encryptionType }, report) => {
      if (encryptionType !== "KMS") report("encryptionType does not name KMS");
    }),
    onResource("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", (stream, report) => {
      // Records of a source that is a stream are sealed there.
      if (stream.kinesisSourceConfiguration !== undefined || stream.mskSourceConfiguration !== undefined) return;
      if (stream.serverSideEncryption?.enabled !== true) report("serverSideEncryption.enabled is not true");
    }),
  ],
});
