import * as pulumi from "@pulumi/pulumi";
import { declareAlarmTopic } from "../components/alarmTopic.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { Severity } from "./burnRate.ts";

export interface OnCallArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  /** The queue of what an incident platform did not take; left out where there is no platform. */
  readonly undeliveredArn: pulumi.Input<string> | undefined;
  readonly hears: Readonly<
    Record<Severity, { readonly email: string | undefined; readonly endpoint: string | undefined }>
  >;
}

/** Where alarms go by severity: one topic wakes a person, the other waits for the morning. */
export class OnCall extends pulumi.ComponentResource {
  readonly topicArns: Readonly<Record<Severity, pulumi.Output<string>>>;

  constructor(name: string, { context, keyArn, undeliveredArn, hears }: OnCallArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "OnCall"), name, {}, place);
    const topicOf = (severity: Severity) =>
      declareAlarmTopic(
        `${name}-${severity}`,
        { context, role: `${severity}s`, keyArn, undeliveredArn, ...hears[severity] },
        { parent: this },
      );
    this.topicArns = { page: topicOf("page"), ticket: topicOf("ticket") };
    this.registerOutputs({ topicArns: this.topicArns });
  }
}
