import { Policy } from "@pulumi/aws/iam/policy.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface DeliveryReportsArgs {
  readonly context: StackContext;
  readonly namespace: string;
}

/** Who carries this policy may report changes and incidents, and can write no other metric. */
export class DeliveryReports extends pulumi.ComponentResource {
  readonly writerPolicyArn: pulumi.Output<string>;

  constructor(name: string, { context, namespace }: DeliveryReportsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "DeliveryReports"), name, {}, place);
    const policy = new Policy(
      `${name}-writer`,
      {
        name: context.name("other", "delivery-writer"),
        description: "Writes the metrics of changes and incidents",
        policy: policyDocument([
          {
            Effect: "Allow",
            Action: "cloudwatch:PutMetricData",
            Resource: "*",
            Condition: { StringEquals: { "cloudwatch:namespace": namespace } },
          },
        ]),
        tags: context.tags(`${name}-writer`),
      },
      { parent: this },
    );
    this.writerPolicyArn = policy.arn;
    this.registerOutputs({ writerPolicyArn: this.writerPolicyArn });
  }
}
