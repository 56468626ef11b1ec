import { onResource, rule } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

const mostDays = numberPerEnvironment(
  {
    name: "mostDays",
    description: "the most days that a group keeps its logs",
    initial: { development: 400, staging: 400, production: 3653 },
  },
  { minimum: 1, maximum: 3653 },
);

export const boundLogRetention = rule({
  name: "cost-bound-log-retention",
  description: "Groups of logs must say how long they keep them, and not for ever.",
  reason:
    "Unless told otherwise a group keeps every line that was ever written, and is paid for it each month. How long logs are needed is a decision, and evidence is lost where nobody took it.",
  level: "advisory",
  severity: "medium",
  controls: { nist: ["PR.PS-04"], wellArchitected: ["COST04-BP05"] },
  remediation: ["Set retentionInDays: 30 for what is debugged with, 365 for what is evidence."],
  settings: [mostDays],
  figure: "days that logs are kept",
  check: onResource("aws:cloudwatch/logGroup:LogGroup", ({ retentionInDays }, report, { context, setting, show }) => {
    const most = setting(mostDays)[context.environment];
    if (!retentionInDays) report(`${show(["retentionInDays"])} keeps logs for ever`);
    else if (retentionInDays > most) report(`${show(["retentionInDays"])} is over ${most} days`, retentionInDays);
  }),
});
