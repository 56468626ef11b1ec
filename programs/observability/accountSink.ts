import { Sink } from "@pulumi/aws/oam/sink.js";
import { SinkPolicy } from "@pulumi/aws/oam/sinkPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface AccountSinkArgs {
  readonly context: StackContext;
  /** Twelve digits each. */
  readonly accounts: readonly string[];
}

/** What may be looked at from here: metrics, logs and traces of the accounts named, and of no other. */
const shared = ["AWS::CloudWatch::Metric", "AWS::Logs::LogGroup", "AWS::XRay::Trace"];

/** Other accounts link to it by their own choice; it lets them, and sees what they share. */
export class AccountSink extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { context, accounts }: AccountSinkArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "AccountSink"), name, {}, place);
    const sink = new Sink(
      `${name}-sink`,
      { name: context.name("other", "sink"), tags: context.tags(`${name}-sink`) },
      { parent: this },
    );
    const statement = {
      Effect: "Allow",
      Principal: { AWS: [...accounts] },
      Action: ["oam:CreateLink", "oam:UpdateLink"],
      Resource: "*",
      Condition: { "ForAllValues:StringEquals": { "oam:ResourceTypes": shared } },
    } as const;
    new SinkPolicy(`${name}-sink`, { sinkIdentifier: sink.arn, policy: policyDocument([statement]) }, { parent: this });
    this.arn = sink.arn;
    this.registerOutputs({ arn: this.arn });
  }
}
