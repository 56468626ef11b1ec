import { onResource, rule } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

const mostOnDemand = numberPerEnvironment(
  {
    name: "mostOnDemand",
    description: "the most percent of a mixed group's machines, above its base, that are paid by demand",
    initial: { development: 50, staging: 100, production: 100 },
  },
  { minimum: 0, maximum: 100 },
);

/** What a group has above its base unless told otherwise (Amazon EC2 Auto Scaling, "InstancesDistribution"). */
const initialShare = 100;

const dear: Readonly<Record<string, string>> = { EC2: "SPOT", FARGATE: "FARGATE_SPOT" };

export const useSpot = rule({
  name: "cost-use-spot",
  description: "Batch work outside production, and mixed groups of development, must run on spot capacity.",
  reason:
    "Spot costs a third or less, and is taken away with two minutes' notice: a job that is started again does not mind. Node groups are left out, because a match on a node minds.",
  level: "advisory",
  severity: "low",
  controls: { wellArchitected: ["COST07-BP04"] },
  remediation: [
    "Set the type of the compute environment to SPOT or FARGATE_SPOT; onDemandPercentageAboveBaseCapacity to 0.",
  ],
  settings: [mostOnDemand],
  figure: "percent of machines paid by demand",
  check: [
    onResource("aws:batch/computeEnvironment:ComputeEnvironment", ({ computeResources }, report, { context, show }) => {
      const type = computeResources?.type;
      if (context.environment !== "production" && type !== undefined && Object.hasOwn(dear, type))
        report(`${show(["computeResources", "type"])} is paid by demand`);
    }),
    onResource("aws:autoscaling/group:Group", ({ mixedInstancesPolicy }, report, { context, setting, show }) => {
      if (mixedInstancesPolicy === undefined) return;
      const most = setting(mostOnDemand)[context.environment];
      const share = mixedInstancesPolicy.instancesDistribution?.onDemandPercentageAboveBaseCapacity ?? initialShare;
      const path = ["mixedInstancesPolicy", "instancesDistribution", "onDemandPercentageAboveBaseCapacity"];
      if (share > most) report(`${show(path)} is over ${most} percent`, share);
    }),
  ],
});
