import { onResource, rule } from "../rule.ts";

/** Failed and succeeded runs that are worth reading; the cluster's own defaults are 1 and 3. */
const longestHistory = 10;

export const boundCronJobs = rule({
  name: "kubernetes-bound-cron-jobs",
  description: "Recurring jobs must not run over each other, start late without end, or keep all their runs.",
  reason:
    "A nightly job that hangs is started again each night until the nodes are full of it; after an outage all that were missed start at once.",
  level: "advisory",
  severity: "low",
  controls: { nist: ["PR.IR-04"] },
  remediation: [
    "Set concurrencyPolicy to Forbid or Replace, startingDeadlineSeconds, and history limits of ten at most.",
  ],
  check: onResource("kubernetes:batch/v1:CronJob", ({ spec }, report, { each, show }) => {
    const checks = [
      () => (spec?.concurrencyPolicy ?? "Allow") === "Allow" && report("spec.concurrencyPolicy lets runs overlap"),
      () => spec?.startingDeadlineSeconds === undefined && report("spec.startingDeadlineSeconds is not set"),
      ...(["successfulJobsHistoryLimit", "failedJobsHistoryLimit"] as const).map(
        (limit) => () =>
          (spec?.[limit] ?? 0) > longestHistory && report(`${show(["spec", limit])} is over ${longestHistory}`),
      ),
    ];
    each(checks, (check) => check());
  }),
});
