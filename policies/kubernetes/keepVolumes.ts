import { onResource, rule } from "../rule.ts";

export const keepVolumes = rule({
  name: "kubernetes-keep-volumes",
  description: "In production volumes must outlive the workload that wrote to them.",
  reason:
    "Worlds and profiles on a volume are gone with it. A set that is deleted by mistake is made anew in a minute.",
  level: "advisory",
  severity: "high",
  controls: { nist: ["PR.DS-11"] },
  remediation: ["Set persistentVolumeClaimRetentionPolicy and persistentVolumeReclaimPolicy to Retain."],
  check: [
    onResource("kubernetes:apps/v1:StatefulSet", ({ spec }, report, { context, each }) => {
      if (context.environment !== "production") return;
      each(["whenDeleted", "whenScaled"] as const, (when) => {
        if (spec?.persistentVolumeClaimRetentionPolicy?.[when] === "Delete")
          report(`spec.persistentVolumeClaimRetentionPolicy.${when} deletes the volumes`);
      });
    }),
    onResource("kubernetes:core/v1:PersistentVolume", ({ spec }, report, { context }) => {
      if (context.environment !== "production") return;
      if (spec?.persistentVolumeReclaimPolicy === "Delete")
        report("spec.persistentVolumeReclaimPolicy deletes the volume");
    }),
  ],
});
