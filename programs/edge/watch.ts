import type * as pulumi from "@pulumi/pulumi";
import type { AlarmPlan } from "../components/alarms.ts";
import type { DashboardGraph } from "../components/dashboard.ts";

/** What is watched, by the names that metrics go by. All of it is measured in us-east-1. */
export interface Watched {
  /** Ids of health checks by region. */
  readonly health: Readonly<Record<string, pulumi.Input<string>>>;
  /** Ids of the switches' health checks by region. */
  readonly switches: Readonly<Record<string, pulumi.Input<string>>>;
  readonly distributionId: pulumi.Input<string>;
  readonly webAclName: pulumi.Input<string>;
}

const healthNamespace = "AWS/Route53";
const cdnNamespace = "AWS/CloudFront";
const firewallNamespace = "AWS/WAFV2";

const unhealthy = {
  namespace: healthNamespace,
  metric: "HealthCheckStatus",
  statistic: "Minimum",
  when: "below",
  threshold: 1,
  missing: "breaching",
} as const;

/** What a person must hear of. */
export function alarmPlans({ health, switches, distributionId, webAclName }: Watched): readonly AlarmPlan[] {
  return [
    ...Object.entries(health).map(
      ([region, HealthCheckId]): AlarmPlan => ({
        ...unhealthy,
        role: `origin-${region}-unhealthy`,
        description: `${region} does not answer: names lead elsewhere by themselves; see the runbook evacuate-a-region`,
        dimensions: { HealthCheckId },
        minutes: 2,
      }),
    ),
    ...Object.entries(switches).map(
      ([region, HealthCheckId]): AlarmPlan => ({
        ...unhealthy,
        role: `region-${region}-off`,
        description: `${region} is switched off: nobody is sent there until it is switched on; see the runbook evacuate-a-region`,
        dimensions: { HealthCheckId },
        minutes: 1,
      }),
    ),
    {
      role: "cdn-errors",
      description: "More than one in twenty of the CDN's answers is an error of ours; see the runbook cdn-errors",
      namespace: cdnNamespace,
      metric: "5xxErrorRate",
      dimensions: { DistributionId: distributionId, Region: "Global" },
      statistic: "Average",
      when: "above",
      threshold: 5,
      minutes: 5,
      missing: "notBreaching",
    },
    {
      role: "firewall-blocks",
      description: "The firewall blocks more than 10,000 requests a minute; see the runbook firewall-blocks",
      namespace: firewallNamespace,
      metric: "BlockedRequests",
      dimensions: { WebACL: webAclName, Rule: "ALL" },
      statistic: "Sum",
      when: "above",
      threshold: 10_000,
      minutes: 5,
      missing: "notBreaching",
    },
  ];
}

/** What one looks at first. */
export function dashboardGraphs({ health, switches, distributionId, webAclName }: Watched): readonly DashboardGraph[] {
  const status = (checks: Watched["health"]) =>
    Object.values(checks).map((id) => [healthNamespace, "HealthCheckStatus", "HealthCheckId", id]);
  const ofCdn = (metric: string) => [cdnNamespace, metric, "DistributionId", distributionId, "Region", "Global"];
  return [
    { title: "Regions that answer", statistic: "Minimum", metrics: status(health) },
    ...(Object.keys(switches).length === 0
      ? []
      : [{ title: "Regions that are switched on", statistic: "Minimum", metrics: status(switches) }]),
    { title: "Requests to the CDN", statistic: "Sum", metrics: [ofCdn("Requests")] },
    {
      title: "Errors of the CDN, in percent",
      statistic: "Average",
      metrics: [ofCdn("4xxErrorRate"), ofCdn("5xxErrorRate")],
    },
    {
      title: "Requests allowed and blocked",
      statistic: "Sum",
      metrics: ["AllowedRequests", "BlockedRequests"].map((metric) => [
        firewallNamespace,
        metric,
        "WebACL",
        webAclName,
        "Rule",
        "ALL",
      ]),
    },
  ];
}
