import { onResource, rule } from "../rule.ts";

export const requireWholeTrail = rule({
  name: "security-require-whole-trail",
  description: "Trails must cover every region, prove that nobody changed them, and be sealed by a key.",
  reason:
    "An intruder works in the region that nobody watches, and then in the log. A trail that leaves either open shows what they wish.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["CloudTrail.1", "CloudTrail.2", "CloudTrail.4"], cis: ["3.1", "3.2", "3.5"], nist: ["PR.PS-04"] },
  remediation: [
    "Set isMultiRegionTrail and enableLogFileValidation to true, and kmsKeyId to a key.",
    "Leave enableLogging on.",
  ],
  check: onResource("aws:cloudtrail/trail:Trail", (trail, report, { each }) => {
    each(["isMultiRegionTrail", "enableLogFileValidation"] as const, (property) => {
      if (trail[property] !== true) report(`${property} is not true`);
    });
    each(["enableLogging", "includeGlobalServiceEvents"] as const, (property) => {
      if (trail[property] === false) report(`${property} is false`);
    });
    each([trail], ({ kmsKeyId }) => {
      if (!kmsKeyId) report("kmsKeyId is not set");
    });
  }),
});
