import { onResource, rule } from "../rule.ts";

export const requireRootObject = rule({
  name: "security-require-root-object",
  description: "A CDN in front of buckets must say what it answers at its root.",
  reason:
    "Without it the root asks the bucket for the list of all that is in it, and where that is allowed, the world has the list.",
  level: "advisory",
  severity: "low",
  controls: { fsbp: ["CloudFront.1"], nist: ["PR.DS-01"] },
  remediation: ["Set defaultRootObject, to index.html or to a page that says nothing."],
  check: onResource("aws:cloudfront/distribution:Distribution", ({ defaultRootObject, origins }, report) => {
    if (!defaultRootObject && origins.some(({ customOriginConfig }) => customOriginConfig === undefined))
      report("defaultRootObject is not set");
  }),
});
