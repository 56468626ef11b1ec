import { onResource, rule } from "../rule.ts";

export const keepTwoRunning = rule({
  name: "reliability-keep-two-running",
  description: "In production services and groups of machines must keep two running at least.",
  reason:
    "One is none while it is replaced, and a group that may shrink to nothing shrinks at the hour when nobody looks.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.IR-03"], wellArchitected: ["REL07-BP01"] },
  remediation: ["Set the minimum to two or more: minSize, minCapacity, or desiredCount of a service."],
  check: [
    onResource("aws:autoscaling/group:Group", ({ minSize, warmPool }, report, { context, show }) => {
      if (context.environment === "production" && warmPool === undefined && !(minSize >= 2))
        report(`${show(["minSize"])} leaves fewer than two`);
    }),
    onResource("aws:appautoscaling/target:Target", ({ minCapacity, scalableDimension }, report, { context, show }) => {
      // Of what else is scaled (reads, shards, concurrency), one may be enough.
      if (scalableDimension !== "ecs:service:DesiredCount" || context.environment !== "production") return;
      if (!(minCapacity >= 2)) report(`${show(["minCapacity"])} leaves fewer than two`);
    }),
    onResource("aws:ecs/service:Service", ({ desiredCount, schedulingStrategy }, report, { context, show }) => {
      if (context.environment !== "production" || schedulingStrategy === "DAEMON" || desiredCount === undefined) return;
      if (desiredCount < 2) report(`${show(["desiredCount"])} leaves fewer than two`);
    }),
  ],
});
