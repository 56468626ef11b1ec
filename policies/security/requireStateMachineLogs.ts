import { onResource, rule } from "../rule.ts";

export const requireStateMachineLogs = rule({
  name: "security-require-state-machine-logs",
  description: "State machines must write down what they did.",
  reason:
    "An express workflow keeps no history at all, and a standard one keeps it for 90 days: the log is what there is of it.",
  level: "advisory",
  severity: "low",
  controls: { fsbp: ["StepFunctions.1"], nist: ["PR.PS-04"] },
  remediation: ["Set loggingConfiguration with a level of ERROR or ALL, and a log group."],
  check: onResource("aws:sfn/stateMachine:StateMachine", ({ loggingConfiguration }, report) => {
    if ((loggingConfiguration?.level ?? "OFF") === "OFF") report("loggingConfiguration.level is not set");
  }),
});
