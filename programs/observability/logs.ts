import { ContributorInsightRule } from "@pulumi/aws/cloudwatch/contributorInsightRule.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { LogMetricFilter } from "@pulumi/aws/cloudwatch/logMetricFilter.js";
import { QueryDefinition } from "@pulumi/aws/cloudwatch/queryDefinition.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { insightRule, savedQueries } from "./logQueries.ts";

export interface LogsArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly name: string;
  readonly retentionDays: number;
  readonly filters: readonly { readonly name: string; readonly pattern: string }[];
  readonly contributors: readonly string[];
}

/** The namespace in which filters count, and the metric of one. */
export function filterMetric(context: StackContext, group: string, filter: string) {
  return { namespace: `Meridian/Logs/${context.placement.stackSet}`, metric: `${group}.${filter}` } as const;
}

/** One log group under the stack's key, what is counted in it, and the questions one asks it first. */
export class Logs extends pulumi.ComponentResource {
  readonly groupName: pulumi.Output<string>;

  constructor(resource: string, args: LogsArgs, place: ComponentPlace) {
    const { context, name, contributors } = args;
    super(componentType(context.blueprint, "Logs"), resource, {}, place);
    const child = { parent: this };
    const group = new LogGroup(
      `${resource}-group`,
      {
        name: pulumi.interpolate`/meridian/${context.name("other", `logs-${name}`)}`,
        retentionInDays: args.retentionDays,
        kmsKeyId: args.keyArn,
        tags: context.tags(`${resource}-group`),
      },
      child,
    );
    for (const filter of args.filters) {
      const { namespace, metric } = filterMetric(context, name, filter.name);
      new LogMetricFilter(
        `${resource}-${filter.name}`,
        {
          name: context.name("other", filter.name),
          logGroupName: group.name,
          pattern: filter.pattern,
          // Without a default there is no value where nothing matched, and an alarm could not tell quiet from gone.
          metricTransformation: { namespace, name: metric, value: "1", defaultValue: "0" },
        },
        child,
      );
    }
    for (const { title, query } of savedQueries) {
      new QueryDefinition(
        `${resource}-${title}`,
        {
          name: pulumi.interpolate`${context.name("other", name)}/${title}`,
          logGroupNames: [group.name],
          queryString: query,
        },
        child,
      );
    }
    if (contributors.length > 0) {
      new ContributorInsightRule(
        `${resource}-contributors`,
        {
          ruleName: context.name("other", `top-${name}`),
          ruleDefinition: pulumi.jsonStringify(insightRule(group.name, contributors)),
          ruleState: "ENABLED",
          tags: context.tags(`${resource}-contributors`),
        },
        child,
      );
    }
    this.groupName = group.name;
    this.registerOutputs({ groupName: this.groupName });
  }
}
