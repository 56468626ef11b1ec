import { onResource, rule } from "../rule.ts";

const kinds = ["requireLowercaseCharacters", "requireNumbers", "requireSymbols", "requireUppercaseCharacters"] as const;

/** CIS AWS Foundations Benchmark 5.0.0, 1.7 and 1.8. */
const shortest = 14;
const remembered = 24;

export const requireStrongPasswords = rule({
  name: "security-require-strong-passwords",
  description: "The account's policy must ask for passwords of fourteen characters, of every kind, never used before.",
  reason:
    "Passwords that people choose are guessed and used again elsewhere; the policy of the account is the only thing that says no.",
  level: "mandatory",
  severity: "medium",
  controls: { fsbp: ["IAM.7", "IAM.10"], cis: ["1.7", "1.8"], nist: ["PR.AA-01"] },
  remediation: ["Set minimumPasswordLength to 14, passwordReusePrevention to 24, and ask for characters of each kind."],
  check: onResource("aws:iam/accountPasswordPolicy:AccountPasswordPolicy", (policy, report, { each }) => {
    const least = { minimumPasswordLength: shortest, passwordReusePrevention: remembered } as const;
    each(Object.keys(least) as readonly (keyof typeof least)[], (key) => {
      // The keys of the object above, hence the cast.
      if ((policy[key] ?? 0) < least[key]) report(`${key} is under ${least[key]}`);
    });
    each(kinds, (key) => {
      if (policy[key] !== true) report(`${key} is not true`);
    });
  }),
});
