import * as pulumi from "@pulumi/pulumi";
import { PrivateBucket } from "../components/privateBucket.ts";
import type { Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface EdgeLogsArgs {
  readonly context: StackContext;
  readonly retentionDays: number;
}

/**
 * Where accelerator, CDN and the bucket of content write who came. Under S3's own key and with access lists, because the CDN's standard logs come by no other
 * way (CloudFront developer guide, "Configure standard logging (legacy)").
 */
export class EdgeLogs extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly domainName: pulumi.Output<string>;

  constructor(name: string, { context, retentionDays }: EdgeLogsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "EdgeLogs"), name, {}, place);
    const bucket = new PrivateBucket(
      `${name}-bucket`,
      {
        context,
        role: "logs",
        accessLists: true,
        expiry: [{ prefix: "", days: retentionDays }],
        statements: (arn) => [...acceleratorWrites(context, arn), contentBucketWrites(context, arn)],
      },
      { ...place, parent: this },
    );
    this.bucketName = bucket.bucketName;
    this.domainName = bucket.domainName;
    this.registerOutputs({});
  }
}

/** Source: AWS Global Accelerator developer guide, "Publish flow logs to Amazon S3". */
function acceleratorWrites({ accountId }: StackContext, bucketArn: pulumi.Output<string>): readonly Statement[] {
  const delivery = { Effect: "Allow", Principal: { Service: "delivery.logs.amazonaws.com" } } as const;
  const own = { "aws:SourceAccount": accountId };
  return [
    {
      ...delivery,
      Sid: "FlowLogsWrite",
      Action: "s3:PutObject",
      Resource: pulumi.interpolate`${bucketArn}/accelerator/AWSLogs/${accountId}/*`,
      Condition: { StringEquals: { ...own, "s3:x-amz-acl": "bucket-owner-full-control" } },
    },
    {
      ...delivery,
      Sid: "FlowLogsLook",
      Action: "s3:GetBucketAcl",
      Resource: bucketArn,
      Condition: { StringEquals: own },
    },
  ];
}

/** Source: Amazon S3 user guide, "Enabling Amazon S3 server access logging". */
function contentBucketWrites({ accountId }: StackContext, bucketArn: pulumi.Output<string>): Statement {
  return {
    Sid: "RequestLogsWrite",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: pulumi.interpolate`${bucketArn}/content/*`,
    Condition: { StringEquals: { "aws:SourceAccount": accountId } },
  };
}
