import { onStack, rule } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

const natType = "aws:ec2/natGateway:NatGateway";

const mostGateways = numberPerEnvironment(
  {
    name: "mostGateways",
    description: "the most NAT gateways of one stack",
    initial: { development: 1, staging: 3, production: 12 },
  },
  { minimum: 0 },
);

export const fewNatGateways = rule({
  name: "cost-few-nat-gateways",
  description: "A stack must stay within the NAT gateways of its environment: one in development.",
  reason:
    "A gateway in each zone is for surviving the loss of one. In development three gateways cost more than the machines behind them.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST08-BP03"] },
  remediation: ["Let the private route tables share one gateway outside production."],
  settings: [mostGateways],
  figure: "NAT gateways of one stack",
  check: onStack(
    [natType],
    (resources, report, { context, count, setting }) => {
      const most = setting(mostGateways)[context.environment];
      const gateways = count(natType);
      if (gateways > most)
        report(resources, `the stack has more than ${most} NAT gateways, the most in ${context.environment}`, gateways);
    },
    // Which others there are is nothing to the rule, only how many.
    { keysOf: () => [], ways: {} },
  ),
});
