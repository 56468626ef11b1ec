import { onResource, rule } from "../rule.ts";
import { isForEveryone, namesCallers } from "./callers.ts";
import { allowsOf } from "./policyDocument.ts";

/** Where each type keeps the document that says who may use it. */
const documents: Readonly<Record<string, string>> = {
  "aws:backup/vaultPolicy:VaultPolicy": "policy",
  "aws:cloudwatch/eventBusPolicy:EventBusPolicy": "policy",
  "aws:dynamodb/resourcePolicy:ResourcePolicy": "policy",
  "aws:ecr/repositoryPolicy:RepositoryPolicy": "policy",
  "aws:efs/fileSystemPolicy:FileSystemPolicy": "policy",
  "aws:elasticsearch/domain:Domain": "accessPolicies",
  "aws:elasticsearch/domainPolicy:DomainPolicy": "accessPolicies",
  "aws:kinesis/resourcePolicy:ResourcePolicy": "policy",
  "aws:kms/externalKey:ExternalKey": "policy",
  "aws:kms/key:Key": "policy",
  "aws:kms/keyPolicy:KeyPolicy": "policy",
  "aws:kms/replicaKey:ReplicaKey": "policy",
  "aws:oam/sinkPolicy:SinkPolicy": "policy",
  "aws:opensearch/domain:Domain": "accessPolicies",
  "aws:opensearch/domainPolicy:DomainPolicy": "accessPolicies",
  "aws:s3/accessPoint:AccessPoint": "policy",
  "aws:s3/bucket:Bucket": "policy",
  "aws:s3/bucketPolicy:BucketPolicy": "policy",
  "aws:s3/bucketV2:BucketV2": "policy",
  "aws:secretsmanager/secret:Secret": "policy",
  "aws:secretsmanager/secretPolicy:SecretPolicy": "policy",
  "aws:sns/topic:Topic": "policy",
  "aws:sns/topicPolicy:TopicPolicy": "policy",
  "aws:sqs/queue:Queue": "policy",
  "aws:sqs/queuePolicy:QueuePolicy": "policy",
};

export const noPublicPolicy = rule({
  name: "security-no-public-policy",
  description: "Policies of buckets, queues, topics, keys, secrets and other things must not let everybody in.",
  reason:
    "A principal of * is everybody with an AWS account, and for buckets everybody. Data that was public for an hour has been copied. A condition counts where it names who may call: an account, an organisation, a network.",
  level: "mandatory",
  severity: "critical",
  controls: { fsbp: ["S3.2", "S3.3", "SNS.4", "SQS.3", "KMS.5"], nist: ["PR.AA-05"] },
  remediation: [
    "Name the accounts, roles or services that need it as principals.",
    "Where it must be *, add a condition on aws:PrincipalOrgID, aws:SourceAccount or aws:SourceVpce.",
  ],
  check: onResource(Object.keys(documents), (inputs, report, { resource }) => {
    const property = documents[resource.type] ?? "policy";
    // A domain inside a network is reached from there alone, and its policy says who of those may do what.
    if (property === "accessPolicies" && inputs["vpcOptions"] !== undefined) return;
    const open = allowsOf(inputs, inputs[property]).some(
      (statement) => isForEveryone(statement) && !namesCallers(statement),
    );
    if (open) report(`${property} lets everybody in`);
  }),
});
