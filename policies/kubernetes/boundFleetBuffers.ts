import { onResource, rule } from "../rule.ts";
import { mostReplicas } from "./podLimits.ts";

const percentage = /^(\d{1,3})%$/;
/** More servers that wait than servers that play: a slip of a digit and not a plan. */
const largestShare = 50;

export const boundFleetBuffers = rule({
  name: "kubernetes-bound-fleet-buffers",
  description: "The autoscaler of a fleet must bound its servers, and keep a buffer that is not most of them.",
  reason:
    "Servers that wait for players are paid for as those that are played on. Without an upper bound a bot that opens matches opens nodes.",
  level: "mandatory",
  severity: "medium",
  controls: { nist: ["PR.IR-04"], wellArchitected: ["COST02-BP05"] },
  remediation: [
    "Set policy.buffer.maxReplicas to the peak and a margin, and bufferSize to what fills while a new node starts.",
  ],
  settings: [mostReplicas],
  figure: "game servers of one fleet",
  check: onResource(
    "kubernetes:autoscaling.agones.dev/v1:FleetAutoscaler",
    ({ spec }, report, { context, setting, show }) => {
      const buffer = spec?.policy?.buffer;
      if (buffer === undefined) return;
      const at = (key: string) => show(["spec", "policy", "buffer", key]);
      const most = setting(mostReplicas)[context.environment];
      const { maxReplicas, bufferSize = 0 } = buffer;
      const share = Number(percentage.exec(String(bufferSize))?.[1] ?? 0);
      if (!maxReplicas) return report("spec.policy.buffer.maxReplicas is not set");
      if (!(maxReplicas <= most))
        report(`${at("maxReplicas")} is over ${most} servers, the most in ${context.environment}`, maxReplicas);
      if (share > largestShare || (typeof bufferSize === "number" && bufferSize * 2 > Math.max(maxReplicas, 2)))
        report(`${at("bufferSize")} is over half of the fleet`);
    },
  ),
});
