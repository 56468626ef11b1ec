import { onResource, rule } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

const mostTasks = numberPerEnvironment(
  {
    name: "mostTasks",
    description: "the most tasks that one service may grow to",
    initial: { development: 10, staging: 100, production: 1000 },
  },
  { minimum: 1 },
);

const mostUnits = numberPerEnvironment(
  {
    name: "mostUnits",
    description: "the most units of reads or writes a second that a table may grow to",
    initial: { development: 100, staging: 4000, production: 40_000 },
  },
  { minimum: 1 },
);

export const boundScaling = rule({
  name: "cost-bound-scaling",
  description: "What scales by itself must stop at what its environment may have.",
  reason: "A loop in a client asks for everything there is. The maximum is what such a night costs.",
  level: "mandatory",
  severity: "medium",
  controls: { nist: ["PR.IR-04"], wellArchitected: ["COST02-BP05"] },
  remediation: ["Lower maxCapacity to what the load test needed, and a margin."],
  settings: [mostTasks, mostUnits],
  figure: "tasks of a service, or units of a table",
  check: onResource("aws:appautoscaling/target:Target", (target, report, { context, setting, show }) => {
    const { maxCapacity, scalableDimension } = target;
    const of = scalableDimension.startsWith("dynamodb:") ? mostUnits : mostTasks;
    // Of what else is scaled, a number says nothing by itself.
    if (of === mostTasks && scalableDimension !== "ecs:service:DesiredCount") return;
    const most = setting(of)[context.environment];
    if (!(maxCapacity <= most))
      report(`${show(["maxCapacity"])} is over ${most}, the most in ${context.environment}`, Number(maxCapacity));
  }),
});
