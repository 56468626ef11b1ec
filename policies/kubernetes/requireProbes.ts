import { pathText } from "../propertyPath.ts";
import { rule } from "../rule.ts";
import { onPods } from "./pods.ts";

export const requireProbes = rule({
  name: "kubernetes-require-probes",
  description: "Containers that stay must be probed: all whether they live, those with ports whether they are ready.",
  reason:
    "Without a probe a server that hangs is a server that is up. Players are sent to one that still loads its world, and an update goes on from one broken pod to the next.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"] },
  remediation: [
    "Set livenessProbe, and readinessProbe where the container has ports; give slow starts a startupProbe.",
  ],
  check: onPods(
    ({ spec, path }, report, { each }) =>
      each(spec.containers, ({ livenessProbe, readinessProbe, ports = [] }, index) => {
        const missing = [
          ...(livenessProbe === undefined ? ["livenessProbe"] : []),
          ...(ports.length > 0 && readinessProbe === undefined ? ["readinessProbe"] : []),
        ];
        if (missing.length > 0) report(`${pathText([...path, "containers", index])} lacks ${missing.join(" and ")}`);
      }),
    ["kubernetes:apps/v1:Deployment", "kubernetes:apps/v1:StatefulSet", "kubernetes:apps/v1:DaemonSet"],
  ),
});
