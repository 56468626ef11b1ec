import { onResource, rule } from "../rule.ts";
import { numberPerEnvironment } from "../setting.ts";

/** KMS takes 7 to 30 days, and 30 where nothing is said (AWS KMS API, ScheduleKeyDeletion). */
const shortestWindow = numberPerEnvironment(
  {
    name: "shortestWindow",
    description: "the fewest days between asking for the deletion of a key and its end",
    initial: { development: 7, staging: 7, production: 14 },
  },
  { minimum: 7, maximum: 30 },
);

export const requireKeyDeletionWindow = rule({
  name: "security-require-key-deletion-window",
  description: "Keys must wait some days before they are deleted, two weeks in production.",
  reason:
    "With the key goes everything that it sealed, backups too. The days between are the only time in which somebody can notice and take it back.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["KMS.3"], nist: ["PR.DS-01"] },
  remediation: ["Set deletionWindowInDays to 14 or more, or leave it out for 30."],
  settings: [shortestWindow],
  check: onResource(
    ["aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey", "aws:kms/externalKey:ExternalKey"] as readonly string[],
    (key, report, { context, setting, show }) => {
      const days = key["deletionWindowInDays"] ?? 30;
      const least = setting(shortestWindow)[context.environment];
      if (typeof days === "number" && days < least)
        report(`${show(["deletionWindowInDays"])} is under ${least} days, the fewest in ${context.environment}`);
    },
  ),
});
