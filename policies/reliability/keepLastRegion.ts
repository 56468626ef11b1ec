import { onDeletion, rule } from "../rule.ts";
import { stackType } from "./stackType.ts";

export const keepLastRegion = rule({
  name: "reliability-keep-last-region",
  description: "The last healthy region of a production stack set must not be torn down.",
  reason:
    "With it every player loses the game at once. What is torn down with it in the same rollout does not count as healthy, so that a whole stack set is refused before its first region dies.",
  level: "mandatory",
  severity: "critical",
  controls: { nist: ["PR.IR-04"], wellArchitected: ["REL10-BP01"] },
  remediation: [
    "Bring up another region first.",
    "To end the game for good, ask for an exemption of this policy for the stack set, and have another person approve it.",
  ],
  check: onDeletion([stackType], (_, report, { context: { environment, teardown } }) => {
    if (environment !== "production" || teardown?.otherHealthyRegions === undefined) return;
    if (teardown.otherHealthyRegions.length === 0) report("no other region of the stack set is healthy");
  }),
});
