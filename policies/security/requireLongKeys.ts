import { onResource, rule } from "../rule.ts";

export const requireLongKeys = rule({
  name: "security-require-long-keys",
  description: "Certificates must have keys of 2048 bits at least.",
  reason: "Shorter RSA keys can be broken by those who have a year and some machines.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["ACM.2"], nist: ["PR.DS-02"] },
  remediation: ["Leave keyAlgorithm out for RSA_2048, or set it to EC_prime256v1."],
  check: onResource("aws:acm/certificate:Certificate", ({ keyAlgorithm }, report) => {
    if (keyAlgorithm === "RSA_1024") report("keyAlgorithm is too short");
  }),
});
