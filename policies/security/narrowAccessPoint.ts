import { onResource, rule } from "../rule.ts";

export const narrowAccessPoint = rule({
  name: "security-narrow-access-point",
  description: "Access points of file systems must enforce a folder and a user.",
  reason: "Without a folder a client sees all files, and without a user it says itself who it is, root included.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["EFS.3", "EFS.4"], nist: ["PR.AA-05"] },
  remediation: ["Set rootDirectory.path to a folder below the root.", "Set posixUser with uid and gid."],
  check: onResource("aws:efs/accessPoint:AccessPoint", (point, report, { each }) => {
    each(["rootDirectory", "posixUser"] as const, (property) => {
      if (property === "rootDirectory") {
        if ((point.rootDirectory?.path ?? "/") === "/") report(`${property}.path is the root of the file system`);
      } else if (point.posixUser === undefined) report(`${property} is not set`);
    });
  }),
});
