import { onResource, rule } from "../rule.ts";

export const expireJobs = rule({
  name: "kubernetes-expire-jobs",
  description: "Jobs must end by a deadline, and be taken away some time after.",
  reason:
    "A job that hangs holds its memory for ever, and finished ones stay as objects until the cluster's store is full of them.",
  level: "advisory",
  severity: "low",
  controls: { nist: ["ID.AM-08"] },
  remediation: ["Set activeDeadlineSeconds and ttlSecondsAfterFinished; for a recurring job in its jobTemplate."],
  check: [
    onResource("kubernetes:batch/v1:Job", ({ spec }, report, { each }) =>
      each(["activeDeadlineSeconds", "ttlSecondsAfterFinished"] as const, (key) => {
        if (spec?.[key] === undefined) report(`spec.${key} is not set`);
      }),
    ),
    onResource("kubernetes:batch/v1:CronJob", ({ spec }, report) => {
      // The runs of a recurring job are taken away by its history limits.
      if (spec?.jobTemplate.spec?.activeDeadlineSeconds === undefined)
        report("spec.jobTemplate.spec.activeDeadlineSeconds is not set");
    }),
  ],
});
