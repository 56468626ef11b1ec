import { onResource, rule } from "../rule.ts";

export const boundQueries = rule({
  name: "cost-bound-queries",
  description: "Groups of queries over a data lake must bound what one query may read.",
  reason:
    "A query is paid for by the terabyte that it reads: one without a date reads the whole lake, and is run again because it was slow.",
  level: "advisory",
  severity: "medium",
  controls: { wellArchitected: ["COST02-BP05"] },
  remediation: ["Set configuration.bytesScannedCutoffPerQuery, and leave enforceWorkgroupConfiguration on."],
  check: onResource("aws:athena/workgroup:Workgroup", ({ configuration }, report) => {
    if (!configuration?.bytesScannedCutoffPerQuery) report("configuration.bytesScannedCutoffPerQuery is not set");
    if (configuration?.enforceWorkgroupConfiguration === false)
      report("configuration.enforceWorkgroupConfiguration lets clients take their own");
  }),
});
