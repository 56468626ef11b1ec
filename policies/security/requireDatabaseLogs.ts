import { onResource, rule } from "../rule.ts";

export const requireDatabaseLogs = rule({
  name: "security-require-database-logs",
  description: "In production databases must send their logs to CloudWatch, and be watched from inside.",
  reason:
    "On the machine of a database logs are kept for days, and go with it. They are needed on the day on which it is gone.",
  level: "advisory",
  severity: "medium",
  controls: {
    fsbp: ["RDS.6", "RDS.9", "RDS.34", "RDS.36", "RDS.37", "DocumentDB.4", "Neptune.2"],
    nist: ["PR.PS-04", "DE.CM-09"],
  },
  remediation: [
    "Name the engine's logs in enabledCloudwatchLogsExports (enableCloudwatchLogsExports for Neptune).",
    "Set monitoringInterval of an instance to 60 seconds or less, but not 0.",
  ],
  check: [
    onResource(
      ["aws:rds/instance:Instance", "aws:rds/cluster:Cluster", "aws:docdb/cluster:Cluster"],
      (database, report, { context }) => {
        if (context.environment !== "production") return;
        if ((database.enabledCloudwatchLogsExports ?? []).length === 0) report("enabledCloudwatchLogsExports is empty");
      },
    ),
    onResource("aws:neptune/cluster:Cluster", ({ enableCloudwatchLogsExports }, report, { context }) => {
      if (context.environment === "production" && !enableCloudwatchLogsExports?.includes("audit"))
        report("enableCloudwatchLogsExports lacks audits");
    }),
    onResource(
      ["aws:rds/instance:Instance", "aws:rds/clusterInstance:ClusterInstance"],
      ({ monitoringInterval }, report, { context }) => {
        if (context.environment === "production" && !monitoringInterval) report("monitoringInterval is not set");
      },
    ),
  ],
});
