import type { Environment } from "../judgedResource.ts";
import type { PropertyPath } from "../propertyPath.ts";
import { onResource, type Report, rule, type Subject } from "../rule.ts";
import { largestSize, mostMachines, sizeOf, sizeRank } from "./fleetLimits.ts";

const most = (environment: Environment): string => `the most in ${environment}`;

const judgeCount = (
  count: number | undefined,
  path: PropertyPath,
  report: Report,
  { context, show, setting }: Subject,
): void => {
  const limit = setting(mostMachines)[context.environment];
  // Written so that what is not a number fails.
  if (count !== undefined && !(count <= limit)) {
    report(`${show(path)} is over ${limit} machines, ${most(context.environment)}`, Number(count));
  }
};

const judgeSize = (type: string | undefined, path: PropertyPath, report: Report, subject: Subject): void => {
  const { context, show, setting } = subject;
  const limit = setting(largestSize)[context.environment];
  if (type !== undefined && type !== "" && sizeRank(sizeOf(type)) > sizeRank(limit)) {
    report(`${show(path)} is larger than ${limit}, ${most(context.environment)}`);
  }
};

export const limitFleets = rule({
  name: "cost-limit-fleets",
  description: "Groups of machines must stay within the size and count of their environment.",
  reason: "A slip of one digit in a group's maximum is found by the bill, a month late; the count is of one group.",
  level: "mandatory",
  severity: "high",
  controls: { wellArchitected: ["COST02-BP05"] },
  remediation: ["Ask for fewer or smaller machines, or for a target of a larger environment."],
  settings: [largestSize, mostMachines],
  figure: "machines in one group",
  check: [
    onResource("aws:eks/nodeGroup:NodeGroup", ({ scalingConfig, instanceTypes }, report, subject) => {
      subject.each(["maxSize", "desiredSize"] as const, (key) =>
        judgeCount(scalingConfig[key], ["scalingConfig", key], report, subject),
      );
      subject.each(instanceTypes, (type, index) => judgeSize(type, ["instanceTypes", index], report, subject));
    }),
    onResource("aws:autoscaling/group:Group", (group, report, subject) => {
      judgeCount(group.maxSize, ["maxSize"], report, subject);
      const template = ["mixedInstancesPolicy", "launchTemplate", "overrides"];
      subject.each(group.mixedInstancesPolicy?.launchTemplate.overrides, ({ instanceType }, index) =>
        judgeSize(instanceType, [...template, index, "instanceType"], report, subject),
      );
    }),
    onResource(
      [
        "aws:ec2/instance:Instance",
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/launchConfiguration:LaunchConfiguration",
      ],
      ({ instanceType }, report, subject) => judgeSize(instanceType, ["instanceType"], report, subject),
    ),
  ],
});
