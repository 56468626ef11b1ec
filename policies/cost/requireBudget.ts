import { onWholeStack, rule } from "../rule.ts";

const budgetType = "aws:budgets/budget:Budget";

/** What runs by the hour, whether it is used or not. */
const running = [
  "aws:autoscaling/group:Group",
  "aws:ec2/instance:Instance",
  "aws:ec2/natGateway:NatGateway",
  "aws:eks/cluster:Cluster",
  "aws:eks/nodeGroup:NodeGroup",
  "aws:ecs/service:Service",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "aws:kinesis/stream:Stream",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:msk/cluster:Cluster",
  "aws:opensearch/domain:Domain",
  "aws:rds/cluster:Cluster",
  "aws:rds/instance:Instance",
];

export const requireBudget = rule({
  name: "cost-require-budget",
  description: "A stack of production that runs by the hour must have a budget that tells somebody.",
  reason: "Without one the first to hear of a mistake is whoever opens the bill, up to five weeks later.",
  level: "advisory",
  severity: "medium",
  controls: { wellArchitected: ["COST03-BP05"] },
  remediation: ["Make a Budget of the type COST with notifications, filtered by the stack's tag."],
  check: onWholeStack([...running, budgetType], (resources, report, { context, each }) => {
    if (context.environment !== "production") return;
    const budgets = resources.filter(({ type }) => type === budgetType);
    // Not the first to come: an engine registers in another order each time, and every door must name the same one.
    const [first] = resources
      .filter(({ type }) => type !== budgetType)
      .toSorted((left, right) => (left.urn < right.urn ? -1 : 1));
    if (first !== undefined && budgets.length === 0) report([first], "the stack has no budget");
    each(budgets, (budget) => {
      const { notifications } = budget.inputs;
      if (!Array.isArray(notifications) || notifications.length === 0) report([budget], "the budget tells nobody");
    });
  }),
});
