import { onResource, type Report, rule, type Subject } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

const mostStanding = numberPerEnvironment(
  {
    name: "mostStanding",
    description: "the most machines that one group may keep running at all times",
    initial: { development: 5, staging: 20, production: 200 },
  },
  { minimum: 0 },
);

const judgeMinimum = (minimum: number | undefined, path: readonly string[], report: Report, subject: Subject): void => {
  const most = subject.setting(mostStanding)[subject.context.environment];
  if ((minimum ?? 0) > most)
    report(
      `${subject.show(path)} keeps more than ${most} machines, the most in ${subject.context.environment}`,
      minimum,
    );
};

export const limitStandingMachines = rule({
  name: "cost-limit-standing-machines",
  description: "Groups must be able to shrink to what their environment may keep running.",
  reason: "The maximum is paid for on the evening that needs it; the minimum on every night of the month.",
  level: "advisory",
  severity: "medium",
  controls: { wellArchitected: ["COST09-BP03"] },
  remediation: ["Lower minSize, and let schedules or an autoscaler raise it before players come."],
  settings: [mostStanding],
  figure: "machines that one group keeps running",
  check: [
    onResource("aws:eks/nodeGroup:NodeGroup", ({ scalingConfig }, report, subject) =>
      judgeMinimum(scalingConfig.minSize, ["scalingConfig", "minSize"], report, subject),
    ),
    onResource("aws:autoscaling/group:Group", ({ minSize }, report, subject) =>
      judgeMinimum(minSize, ["minSize"], report, subject),
    ),
  ],
});
