import { Policy } from "@pulumi/aws/iam/policy.js";
import { Stream } from "@pulumi/aws/kinesis/stream.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface RecordStreamArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  /** Left out, the stream grows and shrinks by itself. */
  readonly shards: number | undefined;
  readonly retentionHours: number;
}

/** Where services write their records, and the policy that lets them: write, and nothing else. */
export class RecordStream extends pulumi.ComponentResource {
  readonly streamName: pulumi.Output<string>;
  readonly streamArn: pulumi.Output<string>;
  readonly writerPolicyArn: pulumi.Output<string>;

  constructor(name: string, { context, keyArn, shards, retentionHours }: RecordStreamArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "RecordStream"), name, {}, place);
    const child = { parent: this };
    const stream = new Stream(
      `${name}-stream`,
      {
        name: context.name("other", "records"),
        streamModeDetails: { streamMode: shards === undefined ? "ON_DEMAND" : "PROVISIONED" },
        ...(shards === undefined ? {} : { shardCount: shards }),
        retentionPeriod: retentionHours,
        encryptionType: "KMS",
        kmsKeyId: keyArn,
        // Whoever registered a reader of their own is to hear of the stream's end before it goes, where that matters.
        enforceConsumerDeletion: !context.production,
        tags: context.storeTags(`${name}-stream`),
      },
      child,
    );
    const writers = new Policy(
      `${name}-writers`,
      {
        name: context.name("other", "record-writers"),
        description: `Writes records to the telemetry of ${context.placement.stackSet}`,
        policy: policyDocument([
          {
            Effect: "Allow",
            Action: ["kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStreamSummary", "kinesis:ListShards"],
            Resource: stream.arn,
          },
          {
            Effect: "Allow",
            Action: "kms:GenerateDataKey",
            Resource: keyArn,
            Condition: { StringEquals: { "kms:ViaService": via(context, "kinesis") } },
          },
        ]),
        tags: context.tags(`${name}-writers`),
      },
      child,
    );
    this.streamName = stream.name;
    this.streamArn = stream.arn;
    this.writerPolicyArn = writers.arn;
    this.registerOutputs({ streamName: this.streamName });
  }
}

/** What `kms:ViaService` says of a call that a service makes on somebody's behalf. */
export function via({ placement, partition }: StackContext, service: string): string {
  return `${service}.${placement.region}.${partition.dnsSuffix}`;
}
