import { onResource, rule } from "../rule.ts";

export const noPublicCopies = rule({
  name: "security-no-public-copies",
  description: "Snapshots, images and documents must not be shared with everybody.",
  reason:
    "A copy of a disk or a database holds what it held, keys and passwords too. Public ones are listed by name, and people look through the list.",
  level: "mandatory",
  severity: "critical",
  controls: { fsbp: ["EC2.1", "RDS.1", "SSM.4"], nist: ["PR.AA-05", "PR.DS-01"] },
  remediation: ["Name the accounts that need the copy."],
  check: [
    onResource("aws:ec2/amiLaunchPermission:AmiLaunchPermission", ({ group }, report) => {
      if (group === "all") report("group lets everybody start the image");
    }),
    onResource("aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission", ({ accountId }, report) => {
      if (accountId === "all") report("accountId lets everybody copy the snapshot");
    }),
    onResource(
      ["aws:rds/snapshot:Snapshot", "aws:rds/clusterSnapshot:ClusterSnapshot"],
      ({ sharedAccounts }, report) => {
        if (sharedAccounts?.includes("all")) report("sharedAccounts lets everybody restore the snapshot");
      },
    ),
    onResource(
      [
        "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
        "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess",
      ],
      ({ state }, report) => {
        if (state === "unblocked") report("state lets copies be shared with everybody");
      },
    ),
    onResource("aws:ssm/document:Document", ({ permissions }, report) => {
      if (permissions?.["accountIds"]?.split(",").some((account) => account.trim().toLowerCase() === "all"))
        report("permissions.accountIds lets everybody run the document");
    }),
  ],
});
