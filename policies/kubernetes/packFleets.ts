import { onResource, rule } from "../rule.ts";

export const packFleets = rule({
  name: "kubernetes-pack-fleets",
  description: "Fleets must be packed onto few nodes.",
  reason:
    "Matches strewn over all nodes keep each of them alive until the last one ends, so that a night's trough costs what the evening did. `Distributed` is for clusters whose nodes cannot be given back.",
  level: "advisory",
  severity: "medium",
  controls: { wellArchitected: ["COST09-BP03"] },
  remediation: ["Set spec.scheduling to Packed, or leave it out."],
  check: onResource("kubernetes:agones.dev/v1:Fleet", ({ spec }, report, { show }) => {
    if ((spec?.scheduling ?? "Packed") !== "Packed") report(`${show(["spec", "scheduling"])} is not packed`);
  }),
});
