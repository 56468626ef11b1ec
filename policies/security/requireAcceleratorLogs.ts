import { onResource, rule } from "../rule.ts";

export const requireAcceleratorLogs = rule({
  name: "security-require-accelerator-logs",
  description: "In production accelerators must write flow logs.",
  reason:
    "Players come in there, and attackers too; the flow logs of a network behind it show the accelerator and not who was before it.",
  level: "advisory",
  severity: "low",
  controls: { nist: ["DE.CM-01"] },
  remediation: ["Set attributes with flowLogsEnabled true, a bucket and a prefix."],
  check: onResource(
    [
      "aws:globalaccelerator/accelerator:Accelerator",
      "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator",
    ],
    ({ attributes }, report, { context }) => {
      if (context.environment === "production" && attributes?.flowLogsEnabled !== true)
        report("attributes.flowLogsEnabled is not true");
    },
  ),
});
