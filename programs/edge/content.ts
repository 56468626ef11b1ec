import * as pulumi from "@pulumi/pulumi";
import { EncryptionKey } from "../components/encryptionKey.ts";
import { PrivateBucket } from "../components/privateBucket.ts";
import type { Statement } from "../policyDocument.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import { type Content, ContentDelivery } from "./contentDelivery.ts";
import type { EdgeLogs } from "./edgeLogs.ts";
import type { Firewall } from "./firewall.ts";
import type { EdgeInputs } from "./inputs.ts";
import { regionalName } from "./regionalNames.ts";

export interface ContentPlan {
  readonly context: StackContext;
  readonly inputs: EdgeInputs;
  readonly firewall: Firewall;
  readonly logs: EdgeLogs;
}

/**
 * The CDN and what it serves. The bucket comes after the CDN, whose ARN its policy and its key name: the name by which the CDN asks for
 * content is known before the bucket is there.
 */
export function declareContent(plan: ContentPlan, place: ComponentPlace) {
  const { context, inputs, firewall, logs } = plan;
  const { domain, cdn } = inputs;
  const delivery = new ContentDelivery(
    "cdn",
    {
      context,
      settings: cdn,
      content: contentOf(context, inputs),
      alias: domain === undefined ? undefined : { name: `cdn.${domain.name}`, zoneId: domain.hostedZoneId },
      webAclArn: firewall.arn,
      logBucketDomain: logs.domainName,
    },
    { ...place, dependsOn: [logs] },
  );
  if (cdn.content === "origins") return { delivery, contentBucketName: "" };
  const key = new EncryptionKey(
    "content-encryption",
    { context, role: "content", statements: [onlyTheCdn(delivery, { action: "kms:Decrypt", resource: "*" })] },
    place,
  );
  const bucket = new PrivateBucket(
    "content",
    {
      context,
      role: "content",
      keyArn: key.arn,
      expiry: [],
      logBucketName: logs.bucketName,
      statements: (arn) => [onlyTheCdn(delivery, { action: "s3:GetObject", resource: pulumi.interpolate`${arn}/*` })],
    },
    place,
  );
  return { delivery, contentBucketName: bucket.bucketName };
}

function contentOf(context: StackContext, { cdn, domain, routing }: EdgeInputs): Content {
  if (cdn.content === "origins" && domain !== undefined) {
    return { kind: "origins", domainName: regionalName(domain.name, routing) };
  }
  const { placement, partition } = context;
  const bucket = context.name("bucket", "content");
  return { kind: "bucket", domainName: pulumi.interpolate`${bucket}.s3.${placement.region}.${partition.dnsSuffix}` };
}

interface Permission {
  readonly action: string;
  readonly resource: pulumi.Input<string>;
}

function onlyTheCdn({ arn }: ContentDelivery, { action, resource }: Permission): Statement {
  return {
    Sid: "OnlyTheCdn",
    Effect: "Allow",
    Principal: { Service: "cloudfront.amazonaws.com" },
    Action: action,
    Resource: resource,
    Condition: { StringEquals: { "aws:SourceArn": arn } },
  };
}
