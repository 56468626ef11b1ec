import type { Properties } from "../../../sandbox/model/values.ts";
import type { Engine } from "../../sandbox/protocolClient.ts";
import { lifecycle } from "../lifecycle.ts";

const alarm = (name: string): Properties => ({
  name,
  namespace: "AWS/ApplicationELB",
  metricName: "HTTPCode_Target_5XX_Count",
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 1,
  threshold: 1,
  comparisonOperator: "GreaterThanThreshold",
});

/** The alarm that stops experiments, which another stack set would make. */
async function needs(engine: Engine) {
  const made = await engine.create("aws:cloudwatch/metricAlarm:MetricAlarm", alarm("lobby-errors"));
  return { stopAlarmArns: [made.outputs["arn"]] };
}

const everything = [
  "zone-loss",
  "node-loss",
  "spot-interruption",
  "api-throttling",
  "network-latency",
  "replication-pause",
  "region-evacuation",
];
const throttledRoles = ["arn:aws:iam::000000000000:role/launch-autoscaler"];

lifecycle({
  blueprint: "chaos",
  needs,
  inputs: { stackSet: "launch", experiments: ["node-loss", "spot-interruption"] },
  changes: [
    {
      name: "the experiments, of which there are more",
      inputs: { experiments: everything, allowAll: true, throttledRoles, deletionProtection: true },
      replaces: [],
    },
    {
      name: "everything else, in place",
      inputs: {
        stackSet: "arena",
        networkStackSet: "ground",
        tableStackSet: "events",
        minutes: 10,
        nodesNamed: "service-nodes",
        nodePercent: 60,
        spotInstances: 3,
        zoneNumber: 2,
        latencyMillis: 350,
        networkInterface: "eth0",
        throttledPercent: 80,
        throttledOperations: ["DescribeInstances"],
        logRetentionDays: 90,
        monthlyBudget: { amount: "75.00", currency: "USD" },
        alarmEmail: "game-days@example.com",
        deletionProtection: false,
      },
      replaces: [],
    },
  ],
  production: {
    stackSet: "launch",
    experiments: everything,
    allowAll: true,
    throttledRoles: ["arn:aws:iam::210987654321:role/launch-autoscaler"],
  },
});
