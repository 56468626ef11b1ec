import * as pulumi from "@pulumi/pulumi";
import type { StackContext } from "./stackContext.ts";

type Texts = pulumi.Input<string> | readonly pulumi.Input<string>[];

export interface Statement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Principal?: pulumi.Input<Readonly<Record<string, Texts>> | "*">;
  readonly Action: string | readonly string[];
  readonly Resource?: Texts;
  readonly Condition?: pulumi.Input<Readonly<Record<string, Readonly<Record<string, Texts>>>>>;
}

/** An IAM policy document as JSON text. */
export function policyDocument(statements: readonly Statement[]): pulumi.Output<string> {
  return pulumi.jsonStringify({ Version: "2012-10-17", Statement: statements });
}

/** Lets a service of the cloud take a role, and only on behalf of this account. */
export function serviceTrust(context: StackContext, service: string): pulumi.Output<string> {
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Service: service },
      Action: "sts:AssumeRole",
      Condition: { StringEquals: { "aws:SourceAccount": context.accountId } },
    },
  ]);
}

/**
 * Lets EC2 (nodes) or EKS (clusters) take a role: both call without `aws:SourceAccount`.
 * Source: Amazon EKS user guide, "Node IAM role" and "Cluster IAM role".
 */
export function plainServiceTrust(service: string): pulumi.Output<string> {
  return policyDocument([{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }]);
}

/** Lets the pods of one service account, named by a pod identity association, take a role. */
export function podTrust(context: StackContext): pulumi.Output<string> {
  return policyDocument([
    {
      Effect: "Allow",
      Principal: { Service: "pods.eks.amazonaws.com" },
      Action: ["sts:AssumeRole", "sts:TagSession"],
      Condition: { StringEquals: { "aws:SourceAccount": context.accountId } },
    },
  ]);
}

/** Refuses everyone who does not speak TLS. `service` is the prefix of the actions that are refused, such as `s3`. */
export function onlyOverTls(service: "s3" | "sqs", Resource: Texts): Statement {
  return {
    Sid: "OnlyOverTls",
    Effect: "Deny",
    Principal: "*",
    Action: `${service}:*`,
    Resource,
    Condition: { Bool: { "aws:SecureTransport": "false" } },
  };
}

/**
 * The policy of a topic on which nobody speaks but services of the cloud on behalf of this account, and roles that may, over TLS all of them.
 * Topics know no wildcard of actions, hence the one that has content. Source: Amazon SNS guide, "Security best practices".
 */
export function topicPolicyDocument(
  context: StackContext,
  topicArn: pulumi.Input<string>,
  speakers: readonly string[],
): pulumi.Output<string> {
  return policyDocument([
    {
      Sid: "OnlyOverTls",
      Effect: "Deny",
      Principal: "*",
      Action: "sns:Publish",
      Resource: topicArn,
      Condition: { Bool: { "aws:SecureTransport": "false" } },
    },
    ...speakers.map(
      (Service): Statement => ({
        Effect: "Allow",
        Principal: { Service },
        Action: "sns:Publish",
        Resource: topicArn,
        Condition: { StringEquals: { "aws:SourceAccount": context.accountId } },
      }),
    ),
  ]);
}

/** What a service needs of a key to speak on a topic, or to put messages into a queue, that the key seals, on behalf of this account. */
export function sealingBy(context: StackContext, Sid: string, service: string): Statement {
  return {
    Sid,
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    Condition: { StringEquals: { "aws:SourceAccount": context.accountId } },
  };
}

/** The ARN of something in this stack's account and region. */
export function arn(context: StackContext, service: string, resource: pulumi.Input<string>): pulumi.Output<string> {
  const { partition, placement, accountId } = context;
  return pulumi.interpolate`arn:${partition.name}:${service}:${placement.region}:${accountId}:${resource}`;
}
