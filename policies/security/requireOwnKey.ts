import { findTag } from "../cost/tags.ts";
import { type PropertyPath, pathText, valueAt } from "../propertyPath.ts";
import { onResource, rule } from "../rule.ts";
import { listSetting } from "../setting.ts";

const classificationTag = "meridian:classification";

const classified = listSetting({
  name: "classified",
  description: `values of the tag ${classificationTag} that ask for a key of one's own`,
  initial: ["confidential", "restricted"],
});

/** Where each type names the key that seals it. */
const keys: Readonly<Record<string, PropertyPath>> = {
  "aws:backup/vault:Vault": ["kmsKeyArn"],
  "aws:cloudwatch/logGroup:LogGroup": ["kmsKeyId"],
  "aws:dynamodb/table:Table": ["serverSideEncryption", "kmsKeyArn"],
  "aws:ebs/volume:Volume": ["kmsKeyId"],
  "aws:efs/fileSystem:FileSystem": ["kmsKeyId"],
  "aws:elasticache/replicationGroup:ReplicationGroup": ["kmsKeyId"],
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ["serverSideEncryption", "keyArn"],
  "aws:kinesis/stream:Stream": ["kmsKeyId"],
  "aws:opensearch/domain:Domain": ["encryptAtRest", "kmsKeyId"],
  "aws:rds/cluster:Cluster": ["kmsKeyId"],
  "aws:rds/instance:Instance": ["kmsKeyId"],
  "aws:secretsmanager/secret:Secret": ["kmsKeyId"],
  "aws:sns/topic:Topic": ["kmsMasterKeyId"],
  "aws:sqs/queue:Queue": ["kmsMasterKeyId"],
};

/** The services' own keys, which the whole account may use. */
const isAwsOwned = (key: unknown): boolean => typeof key === "string" && /(?:^|:)alias\/aws\//.test(key);

export const requireOwnKey = rule({
  name: "security-require-own-key",
  description: "What is classified must be sealed by a key of one's own.",
  reason:
    "A service's own key opens for everybody in the account who may use the service. A key of one's own has a policy, a log of its uses, and can be taken away.",
  level: "mandatory",
  severity: "high",
  controls: { nist: ["PR.DS-01"] },
  remediation: ["Name a KMS key that the program made, or take the classification off."],
  settings: [classified],
  check: onResource(Object.keys(keys), (inputs, report, { resource, setting }) => {
    const tag = findTag(inputs, classificationTag)?.value;
    if (typeof tag !== "string" || !setting(classified).includes(tag)) return;
    const path = keys[resource.type] ?? [];
    const key = valueAt(inputs, path);
    if (key === undefined || key === "" || isAwsOwned(key))
      report(`${pathText(path)} is no key of one's own, and the tag ${classificationTag} asks for one`);
  }),
});
