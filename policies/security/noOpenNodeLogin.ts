import { onResource, rule } from "../rule.ts";

export const noOpenNodeLogin = rule({
  name: "security-no-open-node-login",
  description: "Nodes of a cluster must not take SSH from everywhere.",
  reason:
    "A key pair without source groups makes EKS open port 22 of each node to the whole internet (Amazon EKS API, RemoteAccessConfig).",
  level: "mandatory",
  severity: "critical",
  controls: { cis: ["5.3"], nist: ["PR.IR-01"] },
  remediation: ["Leave remoteAccess out and use Session Manager, or name sourceSecurityGroupIds."],
  check: onResource("aws:eks/nodeGroup:NodeGroup", ({ remoteAccess }, report) => {
    if (remoteAccess?.ec2SshKey && (remoteAccess.sourceSecurityGroupIds ?? []).length === 0)
      report("remoteAccess.sourceSecurityGroupIds is empty: SSH is open to the whole internet");
  }),
});
