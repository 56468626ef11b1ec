import type * as pulumi from "@pulumi/pulumi";
import type { AlarmPlan } from "../components/alarms.ts";
import { colours } from "../components/colours.ts";
import type { DashboardGraph } from "../components/dashboard.ts";
import type { FrontDoor } from "../components/frontDoor.ts";
import type { RelayDoor } from "../components/relayDoor.ts";
import { judgedMinutes } from "./bake.ts";

/** What is watched in one region, by the names that metrics go by. */
export interface Watched {
  readonly door: FrontDoor;
  readonly relay: RelayDoor | undefined;
  readonly clusterName: pulumi.Input<string>;
  readonly tableName: pulumi.Input<string>;
  readonly natGatewayIds: readonly pulumi.Input<string>[];
}

const doorNamespace = "AWS/ApplicationELB";
const relayNamespace = "AWS/NetworkELB";
const tableNamespace = "AWS/DynamoDB";
const clusterNamespace = "AWS/EKS";
const natNamespace = "AWS/NATGateway";

/** What a person must hear of: each says that players are kept out or will be soon. */
export function alarmPlans(watched: Watched): readonly AlarmPlan[] {
  const { door, relay } = watched;
  const doorDimensions = { LoadBalancer: door.metricName };
  const counted = { statistic: "Sum", when: "above", missing: "notBreaching" } as const;
  const healthy = {
    metric: "HealthyHostCount",
    statistic: "Minimum",
    when: "below",
    threshold: 1,
    minutes: 3,
  } as const;
  return [
    {
      ...counted,
      role: "door-errors",
      description: "Lobby or API answer with errors of their own",
      namespace: doorNamespace,
      metric: "HTTPCode_Target_5XX_Count",
      dimensions: doorDimensions,
      threshold: 50,
      minutes: judgedMinutes,
    },
    {
      role: "door-latency",
      description: "One request in a hundred takes lobby or API more than a second",
      namespace: doorNamespace,
      metric: "TargetResponseTime",
      dimensions: doorDimensions,
      statistic: "p99",
      when: "above",
      threshold: 1,
      minutes: judgedMinutes,
      missing: "notBreaching",
    },
    ...colours.map(
      (colour): AlarmPlan => ({
        ...healthy,
        role: `lobby-${colour}-gone`,
        description: `No ${colour} lobby is healthy: players of that colour are kept out, or a switch to it would keep them out`,
        namespace: doorNamespace,
        dimensions: { ...doorDimensions, TargetGroup: door.targetMetricNames.lobby[colour] },
        missing: "breaching",
      }),
    ),
    ...(relay === undefined
      ? []
      : [
          {
            ...healthy,
            role: "relay-gone",
            description: "No relay is healthy: no player reaches a session",
            namespace: relayNamespace,
            dimensions: { LoadBalancer: relay.metricName, TargetGroup: relay.targetMetricName },
            missing: "breaching",
          } as const,
        ]),
    {
      ...counted,
      role: "pods-waiting",
      description: "Pods find no node: the node groups are at their maximum, or the cloud has no capacity",
      namespace: clusterNamespace,
      metric: "scheduler_pending_pods_UNSCHEDULABLE",
      dimensions: { ClusterName: watched.clusterName },
      statistic: "Maximum",
      threshold: 0,
      minutes: 10,
    },
    ...(["Read", "Write"] as const).map(
      (kind): AlarmPlan => ({
        ...counted,
        role: `sessions-${kind.toLowerCase()}-throttled`,
        description: "The session store refuses requests: a hot session or colour",
        namespace: tableNamespace,
        metric: `${kind}ThrottleEvents`,
        dimensions: { TableName: watched.tableName },
        threshold: 10,
        minutes: 3,
      }),
    ),
    ...watched.natGatewayIds.map(
      (natGatewayId, index): AlarmPlan => ({
        ...counted,
        role: `nat-${index + 1}-ports`,
        description: "The NAT gateway has no ports left: new connections out of the network fail",
        namespace: natNamespace,
        metric: "ErrorPortAllocation",
        dimensions: { NatGatewayId: natGatewayId },
        threshold: 0,
        minutes: 3,
      }),
    ),
  ];
}

export function dashboardGraphs({ door, relay, clusterName, tableName }: Watched): readonly DashboardGraph[] {
  const ofDoor = (metric: string) => [doorNamespace, metric, "LoadBalancer", door.metricName] as const;
  return [
    { title: "Requests to lobby and API", statistic: "Sum", metrics: [ofDoor("RequestCount")] },
    {
      title: "Errors of lobby and API",
      statistic: "Sum",
      metrics: [ofDoor("HTTPCode_Target_5XX_Count"), ofDoor("HTTPCode_ELB_5XX_Count")],
    },
    { title: "Latency of lobby and API", statistic: "p99", metrics: [ofDoor("TargetResponseTime")] },
    {
      title: "Healthy lobbies by colour",
      statistic: "Minimum",
      metrics: colours.map((colour) => [
        ...ofDoor("HealthyHostCount"),
        "TargetGroup",
        door.targetMetricNames.lobby[colour],
      ]),
    },
    {
      title: "Pods without a node",
      statistic: "Maximum",
      metrics: [[clusterNamespace, "scheduler_pending_pods_UNSCHEDULABLE", "ClusterName", clusterName]],
    },
    {
      title: "Session store, consumed",
      statistic: "Sum",
      metrics: ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"].map((metric) => [
        tableNamespace,
        metric,
        "TableName",
        tableName,
      ]),
    },
    ...(relay === undefined
      ? []
      : [
          {
            title: "Flows through the relay",
            statistic: "Average",
            metrics: [[relayNamespace, "ActiveFlowCount_UDP", "LoadBalancer", relay.metricName]],
          },
        ]),
  ];
}
