import { Group } from "@pulumi/aws/xray/group.js";
import { SamplingRule } from "@pulumi/aws/xray/samplingRule.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { ObservabilityInputs } from "./inputs.ts";

export interface TracesArgs {
  readonly context: StackContext;
  readonly rules: ObservabilityInputs["traces"]["rules"];
  readonly insights: boolean;
}

/** Which requests leave a trace, and the group of those worth looking at: failed, or slower than two seconds. */
export class Traces extends pulumi.ComponentResource {
  constructor(name: string, { context, rules, insights }: TracesArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Traces"), name, {}, place);
    for (const rule of rules) {
      new SamplingRule(
        `${name}-${rule.name}`,
        {
          ruleName: context.name("trace", rule.name),
          priority: rule.priority,
          version: 1,
          reservoirSize: rule.perSecond,
          fixedRate: rule.percent / 100,
          serviceName: rule.service,
          urlPath: rule.path,
          host: "*",
          httpMethod: "*",
          serviceType: "*",
          resourceArn: "*",
          tags: context.tags(`${name}-${rule.name}`),
        },
        { parent: this },
      );
    }
    new Group(
      `${name}-troubled`,
      {
        groupName: context.name("trace", "troubled"),
        filterExpression: "fault = true OR error = true OR responsetime > 2",
        insightsConfiguration: { insightsEnabled: insights, notificationsEnabled: false },
        tags: context.tags(`${name}-troubled`),
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
