import { NamedQuery } from "@pulumi/aws/athena/namedQuery.js";
import { Workgroup } from "@pulumi/aws/athena/workgroup.js";
import { Policy } from "@pulumi/aws/iam/policy.js";
import * as pulumi from "@pulumi/pulumi";
import type { PrivateBucket } from "../components/privateBucket.ts";
import { arn, policyDocument, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { Catalogue } from "./catalogue.ts";
import { prefixes } from "./partitions.ts";
import { questions } from "./questions.ts";
import { via } from "./recordStream.ts";

export interface QuestionDeskArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly lake: PrivateBucket;
  readonly catalogue: Catalogue;
  readonly scanLimitGiB: number;
}

const GIB = 1024 ** 3;

/**
 * Where questions are asked of the lake: a workgroup whose settings nobody can go around, which cuts a query off before it gets dear, the
 * questions about KPIs, and the policy of those who ask.
 */
export class QuestionDesk extends pulumi.ComponentResource {
  readonly workgroupName: pulumi.Output<string>;
  readonly readerPolicyArn: pulumi.Output<string>;

  constructor(name: string, args: QuestionDeskArgs, place: ComponentPlace) {
    const { context, keyArn, lake, catalogue } = args;
    super(componentType(context.blueprint, "QuestionDesk"), name, {}, place);
    const child = { parent: this };
    const workgroup = new Workgroup(
      `${name}-workgroup`,
      {
        name: context.name("other", "questions"),
        description: `Questions about ${context.placement.stackSet} in ${context.placement.region}`,
        state: "ENABLED",
        // Queries that people saved are their work: in production they hold the workgroup.
        forceDestroy: !context.production,
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: args.scanLimitGiB * GIB,
          resultConfiguration: {
            outputLocation: pulumi.interpolate`s3://${lake.bucketName}/${prefixes.results}`,
            expectedBucketOwner: context.accountId,
            encryptionConfiguration: { encryptionOption: "SSE_KMS", kmsKeyArn: keyArn },
          },
        },
        tags: context.tags(`${name}-workgroup`),
      },
      child,
    );
    for (const question of questions) {
      new NamedQuery(
        `${name}-${question.name}`,
        {
          name: question.name,
          description: question.description,
          workgroup: workgroup.name,
          database: catalogue.databaseName,
          query: catalogue.tableName.apply((table) => question.sql(table)),
        },
        child,
      );
    }
    const readers = new Policy(
      `${name}-readers`,
      {
        name: context.name("other", "lake-readers"),
        description: `Asks questions of the telemetry of ${context.placement.stackSet}`,
        policy: policyDocument(readerStatements(args, workgroup.arn)),
        tags: context.tags(`${name}-readers`),
      },
      child,
    );
    this.workgroupName = workgroup.name;
    this.readerPolicyArn = readers.arn;
    this.registerOutputs({ workgroupName: this.workgroupName });
  }
}

function readerStatements(args: QuestionDeskArgs, workgroupArn: pulumi.Input<string>): readonly Statement[] {
  const { context, keyArn, lake, catalogue } = args;
  return [
    {
      Sid: "AskInTheWorkgroup",
      Effect: "Allow",
      Action: [
        "athena:StartQueryExecution",
        "athena:StopQueryExecution",
        "athena:GetQueryExecution",
        "athena:GetQueryResults",
        "athena:ListNamedQueries",
        "athena:GetNamedQuery",
        "athena:GetWorkGroup",
      ],
      Resource: workgroupArn,
    },
    {
      Sid: "ReadColumns",
      Effect: "Allow",
      Action: ["glue:GetDatabase", "glue:GetTable", "glue:GetTables", "glue:GetPartitions"],
      Resource: [arn(context, "glue", "catalog"), catalogue.databaseArn, catalogue.tableArn],
    },
    {
      Sid: "SeeTheLake",
      Effect: "Allow",
      Action: ["s3:GetBucketLocation", "s3:ListBucket"],
      Resource: lake.bucketArn,
    },
    {
      Sid: "ReadRecords",
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: [prefixes.records, prefixes.results].map((prefix) => pulumi.interpolate`${lake.bucketArn}/${prefix}*`),
    },
    {
      Sid: "KeepResults",
      Effect: "Allow",
      Action: ["s3:PutObject", "s3:AbortMultipartUpload"],
      Resource: pulumi.interpolate`${lake.bucketArn}/${prefixes.results}*`,
    },
    {
      Sid: "OpenRecordsAndSealResults",
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: keyArn,
      Condition: { StringEquals: { "kms:ViaService": via(context, "s3") } },
    },
  ];
}
