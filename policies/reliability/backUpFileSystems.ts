import type { KnownResource } from "../judgedResource.ts";
import { valueAt } from "../propertyPath.ts";
import { referredBy } from "../references.ts";
import { onWholeStack, rule } from "../rule.ts";

const fileSystemType = "aws:efs/fileSystem:FileSystem";
const policyType = "aws:efs/backupPolicy:BackupPolicy";
const selectionType = "aws:backup/selection:Selection";

const isEnabled = ({ inputs }: KnownResource): boolean =>
  valueAt(inputs, ["backupPolicy", "status"]) === "ENABLED" || valueAt(inputs, ["backupPolicy"]) === "ENABLED";

export const backUpFileSystems = rule({
  name: "reliability-back-up-file-systems",
  description: "In production file systems must be backed up.",
  reason: "A file system has no versions and no undo: what one server deletes is gone for all.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["EFS.2"], nist: ["PR.DS-11"], wellArchitected: ["REL09-BP01"] },
  remediation: ["Make a BackupPolicy with the status ENABLED for it, or a backup selection in the same stack."],
  check: onWholeStack([fileSystemType, policyType, selectionType], (resources, report, { context, each }) => {
    // Which stores a selection takes is a matter of tags that others may set: that there is one is taken for cover.
    if (context.environment !== "production" || resources.some(({ type }) => type === selectionType)) return;
    const policies = resources.filter((resource) => resource.type === policyType && isEnabled(resource));
    const isBackedUp = referredBy(policies, ["fileSystemId"]);
    each(
      resources.filter(({ type }) => type === fileSystemType),
      (files) => {
        if (!isBackedUp(files)) report([files], "nothing backs it up");
      },
    );
  }),
});
