import { pathText } from "../propertyPath.ts";
import { onResource, rule } from "../rule.ts";
import { onPods } from "./pods.ts";

const isDefault = (name: string | undefined): boolean => name === undefined || name === "" || name === "default";

export const mountNoTokens = rule({
  name: "kubernetes-mount-no-tokens",
  description: "No token of the cluster's API is mounted into a pod that did not ask for one.",
  reason:
    "A game server talks to players and not to the cluster. With the token in its file system, who breaks into one asks the cluster for the next.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.AA-05"] },
  remediation: [
    "Set automountServiceAccountToken to false on the service account, and to true on the pods that call the API.",
    "Give a pod that calls the API a service account of its own.",
  ],
  check: [
    onResource("kubernetes:core/v1:ServiceAccount", ({ automountServiceAccountToken }, report) => {
      if (automountServiceAccountToken !== false) report("automountServiceAccountToken is not false");
    }),
    ...onPods(({ spec, path, kind }, report) => {
      // Agones puts its own account and token under each game server.
      if (kind === "Fleet" || kind.startsWith("GameServer")) return;
      if (isDefault(spec.serviceAccountName) && spec.automountServiceAccountToken !== false)
        report(`${pathText(path)} mounts the token of the default service account`);
    }),
  ],
});
