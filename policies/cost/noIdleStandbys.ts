import { onResource, rule } from "../rule.ts";

export const noIdleStandbys = rule({
  name: "cost-no-idle-standbys",
  description: "In development databases must have no standby.",
  reason: "A standby doubles the price of a database, and answers no question until its twin dies.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST06-BP02"] },
  remediation: ["Leave multiAz out in development; rehearse a failover in staging."],
  check: onResource("aws:rds/instance:Instance", ({ multiAz }, report, { context }) => {
    if (context.environment === "development" && multiAz === true) report("multiAz pays for a standby");
  }),
});
