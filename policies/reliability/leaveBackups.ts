import { type OldState, onDeletion, rule } from "../rule.ts";

type Leaves = (said: (property: string) => unknown) => boolean;

const isOn = (value: unknown): boolean => value === true || value === "true";
const isNamed = (value: unknown): boolean => typeof value === "string" && value !== "";

/** RDS and its kin make a last snapshot unless told not to, and refuse the deletion when it has no name. */
const finalSnapshot: Leaves = (said) => !isOn(said("skipFinalSnapshot"));

/**
 * How each store leaves a copy of itself when it is deleted. A table with point-in-time recovery leaves a system backup for 35 days (source: DynamoDB
 * Developer Guide, "Point-in-time recovery"). S3 is not among them: a bucket that holds something refuses to die, unless forced.
 */
const leaves: Readonly<Record<string, { readonly by: string; readonly holds: Leaves }>> = {
  "aws:rds/instance:Instance": {
    by: "skipFinalSnapshot false, or a replica's source",
    holds: (said) => isNamed(said("replicateSourceDb")) || finalSnapshot(said),
  },
  "aws:rds/cluster:Cluster": { by: "skipFinalSnapshot false", holds: finalSnapshot },
  "aws:docdb/cluster:Cluster": { by: "skipFinalSnapshot false", holds: finalSnapshot },
  "aws:neptune/cluster:Cluster": { by: "skipFinalSnapshot false", holds: finalSnapshot },
  "aws:redshift/cluster:Cluster": { by: "skipFinalSnapshot false", holds: finalSnapshot },
  "aws:dynamodb/table:Table": {
    by: "pointInTimeRecovery.enabled",
    holds: (said) => isOn((said("pointInTimeRecovery") as { readonly enabled?: unknown } | undefined)?.enabled), // read as unknown
  },
  "aws:ebs/volume:Volume": { by: "finalSnapshot", holds: (said) => isOn(said("finalSnapshot")) },
  "aws:s3/bucket:Bucket": { by: "forceDestroy false", holds: (said) => !isOn(said("forceDestroy")) },
  "aws:s3/bucketV2:BucketV2": { by: "forceDestroy false", holds: (said) => !isOn(said("forceDestroy")) },
  "aws:efs/fileSystem:FileSystem": { by: "nothing of its own", holds: () => false },
};

const read =
  ({ inputs, outputs }: OldState) =>
  (property: string): unknown =>
    inputs[property] ?? outputs[property];

export const leaveBackups = rule({
  name: "reliability-leave-backups",
  description: "A data store of a production target that is deleted or replaced must leave a backup behind.",
  reason:
    "The deletion that was a mistake is noticed by those who miss the data. A copy made at the moment of deletion is the only backup that is surely recent.",
  level: "mandatory",
  severity: "critical",
  controls: { fsbp: ["RDS.7"], nist: ["PR.DS-11"], wellArchitected: ["REL09-BP03"] },
  remediation: [
    "Let the store make a last snapshot (skipFinalSnapshot false, finalSnapshot true), or switch point-in-time recovery on, in an update of its own.",
    "Where a backup was made by other means, ask for an exemption of this policy for the store, and have another person approve it.",
  ],
  check: onDeletion(Object.keys(leaves), (old, report, { context, resource }) => {
    // A stack of no target counts as production because nobody has said otherwise; its data are its maker's own affair.
    if (context.environment !== "production" || context.target === undefined) return;
    const store = leaves[resource.type];
    if (store !== undefined && !store.holds(read(old))) report(`nothing is left of it: it would be by ${store.by}`);
  }),
});
