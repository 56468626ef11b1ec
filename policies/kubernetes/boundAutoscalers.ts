import { onResource, rule } from "../rule.ts";
import { mostReplicas } from "./podLimits.ts";

export const boundAutoscalers = rule({
  name: "kubernetes-bound-autoscalers",
  description: "Autoscalers of pods must stay within the count of their environment, and have room to scale.",
  reason:
    "A metric that is wrong for an hour asks for the maximum. A maximum below the minimum, or of one, is no autoscaler: in production it takes the workload down with its one node.",
  level: "mandatory",
  severity: "medium",
  controls: { nist: ["PR.IR-04"] },
  remediation: [
    "Set maxReplicas to what the load test needed and a margin, and at least to minReplicas and, in production, two.",
  ],
  settings: [mostReplicas],
  figure: "pods of one autoscaler",
  check: onResource("kubernetes:autoscaling/v2:HorizontalPodAutoscaler", ({ spec }, report, subject) => {
    const { context, setting, show } = subject;
    const most = setting(mostReplicas)[context.environment];
    const max = spec?.maxReplicas;
    const at = ["spec", "maxReplicas"];
    if (max === undefined) return;
    if (!(max <= most)) report(`${show(at)} is over ${most} pods, the most in ${context.environment}`, Number(max));
    if (context.environment === "production" && max < 2) report(`${show(at)} leaves a single pod`);
    if (max < (spec?.minReplicas ?? 1)) report(`${show(at)} is under minReplicas`);
  }),
});
