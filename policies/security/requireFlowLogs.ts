import { onWholeStack, rule } from "../rule.ts";
import { withoutCompanion } from "./companions.ts";

const flowLog = "aws:ec2/flowLog:FlowLog";
const network = "aws:ec2/vpc:Vpc";

export const requireFlowLogs = rule({
  name: "security-require-flow-logs",
  description: "In staging and production each network must write down who spoke with whom.",
  reason:
    "They are the only record of a machine that speaks with somebody it should not know, and cannot be had afterwards.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["EC2.6"], cis: ["3.7"], nist: ["DE.CM-01"] },
  remediation: ["Add a FlowLog for the network, with trafficType ALL or at least REJECT."],
  check: onWholeStack([network, flowLog], (resources, report, { context, each }) => {
    if (context.environment === "development") return;
    each(withoutCompanion(resources, [network], { types: [flowLog], property: "vpcId" }), (vpc) =>
      report([vpc], "no flow log names this network"),
    );
  }),
});
