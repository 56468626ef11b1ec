import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { FlowLog } from "@pulumi/aws/ec2/flowLog.js";
import * as pulumi from "@pulumi/pulumi";
import { serviceTrust } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { ServiceRole } from "./serviceRole.ts";

export interface FlowLogsArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly retentionDays: number;
}

/** Who spoke with whom in the network, accepted and refused, in an encrypted log group. */
export class FlowLogs extends pulumi.ComponentResource {
  readonly groupName: pulumi.Output<string>;

  constructor(name: string, { context, vpcId, keyArn, retentionDays }: FlowLogsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "FlowLogs"), name, {}, place);
    const child = { parent: this };
    const group = new LogGroup(
      `${name}-group`,
      {
        name: pulumi.interpolate`/meridian/${context.name("other", "flow-logs")}`,
        retentionInDays: retentionDays,
        kmsKeyId: keyArn,
        tags: context.tags(`${name}-group`),
      },
      child,
    );
    const writer = new ServiceRole(
      `${name}-writer`,
      {
        context,
        role: "flow-logs",
        description: "Writes the network's flow logs",
        trust: serviceTrust(context, "vpc-flow-logs.amazonaws.com"),
        statements: [
          {
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
            Resource: pulumi.interpolate`${group.arn}:*`,
          },
        ],
      },
      { ...place, parent: this },
    );
    new FlowLog(
      `${name}-flow`,
      {
        vpcId,
        trafficType: "ALL",
        logDestinationType: "cloud-watch-logs",
        logDestination: group.arn,
        iamRoleArn: writer.arn,
        maxAggregationInterval: 60,
        tags: context.tags(`${name}-flow`),
      },
      { parent: this, dependsOn: [writer] },
    );
    this.groupName = group.name;
    this.registerOutputs({ groupName: this.groupName });
  }
}
