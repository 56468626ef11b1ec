import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { type FunctionArgs, Function as LambdaFunction } from "@pulumi/aws/lambda/function.js";
import * as pulumi from "@pulumi/pulumi";
import { plainServiceTrust, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { ServiceRole } from "./serviceRole.ts";

/** Where a function's code comes from: files that travel with the program, or an archive in a bucket. */
export type FunctionCode = Pick<FunctionArgs, "code"> | Pick<FunctionArgs, "s3Bucket" | "s3Key" | "s3ObjectVersion">;

export interface CloudFunctionArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  /** What the function is to its stack; part of its physical name. */
  readonly role: string;
  readonly description: string;
  readonly code: FunctionCode;
  readonly handler: string;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** What it may do besides writing its logs and traces and using the key. */
  readonly statements: readonly Statement[];
  /** ARNs of policies that someone else made, each by a name that is unique here. */
  readonly attachedPolicies?: Readonly<Record<string, string>>;
  readonly timeoutSeconds: number;
  /** How many may run at once; also what the account keeps free for it. */
  readonly concurrency: number;
  /** Where events go that were handed over and could not be worked on. */
  readonly deadLetterArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/** A function on Graviton, with a log group, a role and traces of its own. Whatever calls it depends on the whole component. */
export class CloudFunction extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly invokeArn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: CloudFunctionArgs, place: ComponentPlace) {
    const { context, keyArn, role, attachedPolicies = {} } = args;
    super(componentType(context.blueprint, "CloudFunction"), name, {}, place);
    const functionName = context.name("other", role);
    const logs = new LogGroup(
      `${name}-logs`,
      {
        name: pulumi.interpolate`/aws/lambda/${functionName}`,
        retentionInDays: args.logRetentionDays,
        kmsKeyId: keyArn,
        tags: context.tags(`${name}-logs`),
      },
      { parent: this },
    );
    const rights = new ServiceRole(
      name,
      {
        context,
        role,
        description: args.description,
        trust: plainServiceTrust("lambda.amazonaws.com"),
        attachedPolicies,
        statements: [...ownStatements(args, logs.arn), ...args.statements],
      },
      { parent: this, providers: place.providers },
    );
    const made = new LambdaFunction(
      `${name}-function`,
      {
        name: functionName,
        description: args.description,
        ...args.code,
        handler: args.handler,
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        memorySize: 256,
        timeout: args.timeoutSeconds,
        reservedConcurrentExecutions: args.concurrency,
        role: rights.arn,
        kmsKeyArn: keyArn,
        environment: { variables: { ...args.environment } },
        deadLetterConfig: { targetArn: args.deadLetterArn },
        tracingConfig: { mode: "Active" },
        loggingConfig: { logFormat: "JSON", logGroup: logs.name, applicationLogLevel: "INFO", systemLogLevel: "WARN" },
        tags: context.tags(`${name}-function`),
      },
      { parent: this, dependsOn: [rights] },
    );
    this.arn = made.arn;
    this.invokeArn = made.invokeArn;
    this.functionName = made.name;
    this.registerOutputs({ arn: this.arn });
  }
}

function ownStatements(
  { keyArn, deadLetterArn }: CloudFunctionArgs,
  logsArn: pulumi.Input<string>,
): readonly Statement[] {
  return [
    {
      Sid: "WriteLogs",
      Effect: "Allow",
      Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
      Resource: pulumi.interpolate`${logsArn}:*`,
    },
    {
      // X-Ray knows no resources to narrow this to (Service Authorization Reference, AWS X-Ray).
      Sid: "WriteTraces",
      Effect: "Allow",
      Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
      Resource: "*",
    },
    { Sid: "UseKey", Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: keyArn },
    { Sid: "PutAside", Effect: "Allow", Action: "sqs:SendMessage", Resource: deadLetterArn },
  ];
}
