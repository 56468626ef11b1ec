import { pathText } from "../propertyPath.ts";
import { rule } from "../rule.ts";
import { onContainers } from "./pods.ts";

export const readOnlyRoot = rule({
  name: "kubernetes-read-only-root",
  description: "Containers must not be able to write to their image's file system.",
  reason:
    "What breaks into a server first writes a program of its own. A root that cannot be written to also shows at once what a server keeps on the side, which a restart would lose.",
  level: "advisory",
  severity: "low",
  controls: { nist: ["PR.PS-05"] },
  remediation: [
    "Set securityContext.readOnlyRootFilesystem to true, and mount an emptyDir where something is written.",
  ],
  check: onContainers(({ securityContext }, path, { spec }, report) => {
    if (spec.os?.name === "windows" || securityContext?.readOnlyRootFilesystem === true) return;
    report(`${pathText([...path, "securityContext"])}: readOnlyRootFilesystem is not true`);
  }),
});
