import { onResource, rule } from "../rule.ts";
import { numberSetting } from "../setting.ts";

const longestPeriod = numberSetting(
  { name: "longestPeriod", description: "the most days between two rotations of a secret", initial: 90 },
  { minimum: 1, maximum: 1000 },
);

export const limitRotationPeriod = rule({
  name: "security-limit-rotation-period",
  description: "Secrets that are rotated must be rotated every 90 days.",
  reason: "A secret that leaked unseen is good until it is changed: the period is how long.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["SecretsManager.4"], nist: ["PR.AA-01"] },
  figure: "days between two rotations",
  remediation: ["Set rotationRules.automaticallyAfterDays to 90 or fewer."],
  settings: [longestPeriod],
  check: onResource(
    "aws:secretsmanager/secretRotation:SecretRotation",
    ({ rotationRules }, report, { setting, show }) => {
      const days = rotationRules?.automaticallyAfterDays;
      const most = setting(longestPeriod);
      if (days !== undefined && days > most)
        report(`${show(["rotationRules", "automaticallyAfterDays"])} is over ${most}`, days);
    },
  ),
});
