import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { WebAcl } from "@pulumi/aws/wafv2/webAcl.js";
import { WebAclLoggingConfiguration } from "@pulumi/aws/wafv2/webAclLoggingConfiguration.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { managedGroups } from "./managedGroups.ts";

export interface FirewallArgs {
  /** That of us-east-1, as is the place: what stands before a CDN lives there. */
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly retentionDays: number;
  /** Of one address; what is above is blocked. */
  readonly requestsPerFiveMinutes: number;
}

/** What never stands in a log, though requests have it. */
const redacted = ["authorization", "cookie"] as const;

/** What stands before the CDN: known bad addresses and requests are blocked, and addresses that ask too much. */
export class Firewall extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  /** The name by which metrics know it. */
  readonly metricName: pulumi.Output<string>;

  constructor(name: string, args: FirewallArgs, place: ComponentPlace) {
    const { context } = args;
    super(componentType(context.blueprint, "Firewall"), name, {}, place);
    const child = { parent: this };
    const aclName = context.name("other", "firewall");
    const seen = (metricName: pulumi.Input<string>) => ({
      cloudwatchMetricsEnabled: true,
      sampledRequestsEnabled: true,
      metricName,
    });
    const acl = new WebAcl(
      `${name}-acl`,
      {
        name: aclName,
        scope: "CLOUDFRONT",
        defaultAction: { allow: {} },
        visibilityConfig: seen(aclName),
        rules: [
          {
            name: "rate-of-one-address",
            priority: 0,
            action: { block: {} },
            statement: {
              rateBasedStatement: {
                limit: args.requestsPerFiveMinutes,
                aggregateKeyType: "IP",
                evaluationWindowSec: 300,
              },
            },
            visibilityConfig: seen("rate-of-one-address"),
          },
          ...managedGroups.map((group, index) => ({
            name: group,
            priority: index + 1,
            overrideAction: { none: {} },
            statement: { managedRuleGroupStatement: { vendorName: "AWS", name: `AWSManagedRules${group}` } },
            visibilityConfig: seen(group),
          })),
        ],
        tags: context.tags(`${name}-acl`),
      },
      child,
    );
    const log = new LogGroup(
      `${name}-log`,
      {
        // WAF writes to groups of this prefix only (AWS WAF developer guide, "Logging web ACL traffic").
        name: pulumi.interpolate`aws-waf-logs-${context.name("other", "firewall")}`,
        retentionInDays: args.retentionDays,
        kmsKeyId: args.keyArn,
        tags: context.tags(`${name}-log`),
      },
      child,
    );
    new WebAclLoggingConfiguration(
      `${name}-logging`,
      {
        resourceArn: acl.arn,
        logDestinationConfigs: [log.arn],
        redactedFields: redacted.map((header) => ({ singleHeader: { name: header } })),
      },
      child,
    );
    this.arn = acl.arn;
    this.metricName = aclName;
    this.registerOutputs({ arn: this.arn });
  }
}
