import { onResource, rule } from "../rule.ts";

export const noAutomaticAttachments = rule({
  name: "security-no-automatic-attachments",
  description: "A transit gateway must not take networks of other accounts by itself.",
  reason: "Whoever it is shared with could then connect a network to yours, and nobody would be asked.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["EC2.23"], nist: ["PR.IR-01"] },
  remediation: ['Set autoAcceptSharedAttachments to "disable", and accept each attachment by a resource of its own.'],
  check: onResource("aws:ec2transitgateway/transitGateway:TransitGateway", (gateway, report) => {
    if (gateway.autoAcceptSharedAttachments === "enable") report("autoAcceptSharedAttachments accepts whoever asks");
  }),
});
