/** What a gateway endpoint leads to. Source: Amazon VPC guide, "Gateway endpoints". */
export const gatewayServices = ["s3", "dynamodb"] as const;

/**
 * What an interface endpoint can lead to here: services that games and their operation use. Source of the names: AWS PrivateLink guide,
 * "AWS services that integrate with AWS PrivateLink".
 */
export const interfaceServices = [
  "appconfig",
  "appconfigdata",
  "athena",
  "autoscaling",
  "backup",
  "ec2",
  "ec2messages",
  "ecr.api",
  "ecr.dkr",
  "ecs",
  "eks",
  "eks-auth",
  "elasticloadbalancing",
  "events",
  "execute-api",
  "glue",
  "kinesis-firehose",
  "kinesis-streams",
  "kms",
  "lambda",
  "logs",
  "monitoring",
  "scheduler",
  "secretsmanager",
  "sns",
  "sqs",
  "ssm",
  "ssmmessages",
  "states",
  "sts",
  "xray",
] as const;
