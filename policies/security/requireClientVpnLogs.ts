import { onResource, rule } from "../rule.ts";

export const requireClientVpnLogs = rule({
  name: "security-require-client-vpn-logs",
  description: "Endpoints of a client VPN must write down who connected.",
  reason: "It is the door of persons into a network: without the log nobody knows who came in with a lost laptop.",
  level: "advisory",
  severity: "low",
  controls: { fsbp: ["EC2.51"], nist: ["DE.CM-01"] },
  remediation: ["Set connectionLogOptions with enabled true and a log group."],
  check: onResource("aws:ec2clientvpn/endpoint:Endpoint", ({ connectionLogOptions }, report) => {
    if (connectionLogOptions.enabled !== true) report("connectionLogOptions.enabled is not true");
  }),
});
