import { onResource, rule } from "../rule.ts";

export const recoverTables = rule({
  name: "reliability-recover-tables",
  description: "In production tables must be recoverable to any second of the last weeks.",
  reason:
    "A release that writes nonsense is found after an hour. A nightly backup loses the day; point-in-time recovery loses the hour.",
  level: "advisory",
  severity: "high",
  controls: { fsbp: ["DynamoDB.2"], nist: ["PR.DS-11"], wellArchitected: ["REL09-BP03"] },
  remediation: ["Set pointInTimeRecovery.enabled to true."],
  check: onResource("aws:dynamodb/table:Table", ({ pointInTimeRecovery }, report, { context }) => {
    if (context.environment === "production" && pointInTimeRecovery?.enabled !== true)
      report("pointInTimeRecovery.enabled is not true");
  }),
});
