import { findTag } from "../cost/tags.ts";
import type { Properties } from "../judgedResource.ts";
import { type OldState, onDeletion, rule } from "../rule.ts";

const protectedTag = "meridian:protected";

const isOn = (value: unknown): boolean => value === true || value === "true";

/** How a store says that it must stay. Any one is enough; the state before the step counts, not the program. */
const protections = ({ protect, inputs, outputs }: OldState): readonly string[] => {
  const said = (read: (properties: Properties) => unknown): boolean => isOn(read(inputs)) || isOn(read(outputs));
  return [
    { name: "the option protect", on: protect },
    { name: "deletionProtectionEnabled", on: said((properties) => properties["deletionProtectionEnabled"]) },
    { name: "deletionProtection", on: said((properties) => properties["deletionProtection"]) },
    { name: `the tag ${protectedTag}`, on: said((properties) => findTag(properties, protectedTag)?.value) },
  ]
    .filter(({ on }) => on)
    .map(({ name }) => name);
};

export const protectDataStores = rule({
  name: "reliability-protect-data-stores",
  description: "A protected data store of production must not be deleted or replaced.",
  reason:
    "Data does not come back with the next deployment. A key counts as a store: without it what it sealed is gone. Taking the protection off is an update of its own, which is seen and can be asked about; only then does the deletion pass.",
  level: "mandatory",
  severity: "critical",
  controls: { nist: ["PR.DS-01"] },
  remediation: ["Take the protection off in an update first, after a backup; delete in the next."],
  check: onDeletion(
    [
      "aws:dynamodb/table:Table",
      "aws:s3/bucket:Bucket",
      "aws:s3/bucketV2:BucketV2",
      "aws:rds/instance:Instance",
      "aws:rds/cluster:Cluster",
      "aws:kms/key:Key",
      "aws:efs/fileSystem:FileSystem",
      "aws:elasticache/replicationGroup:ReplicationGroup",
      "aws:ebs/volume:Volume",
      "aws:backup/vault:Vault",
    ],
    (old, report, { context }) => {
      if (context.environment !== "production") return;
      const found = protections(old);
      if (found.length > 0) report(`the store is protected by ${found.join(" and ")}`);
    },
  ),
});
