import { onResource, rule } from "../rule.ts";

export const requireTlsDistribution = rule({
  name: "security-require-tls-distribution",
  description: "A CDN must speak TLS with viewers and with the origins that it fetches from.",
  reason:
    "A launcher that fetches over HTTP runs what anybody on the way gives it. Between the CDN and an origin lies the same internet.",
  level: "mandatory",
  severity: "high",
  controls: { fsbp: ["CloudFront.3", "CloudFront.9"], nist: ["PR.DS-02"] },
  remediation: [
    "Set viewerProtocolPolicy of each behaviour to redirect-to-https or https-only.",
    "Set originProtocolPolicy of each origin to https-only.",
  ],
  check: onResource("aws:cloudfront/distribution:Distribution", (distribution, report, { each }) => {
    each([distribution], ({ defaultCacheBehavior }) => {
      if (defaultCacheBehavior.viewerProtocolPolicy === "allow-all")
        report("defaultCacheBehavior.viewerProtocolPolicy lets plain HTTP in");
    });
    each(distribution.orderedCacheBehaviors, ({ viewerProtocolPolicy }, index) => {
      if (viewerProtocolPolicy === "allow-all")
        report(`orderedCacheBehaviors[${index}].viewerProtocolPolicy lets plain HTTP in`);
    });
    each(distribution.origins, ({ customOriginConfig }, index) => {
      if (customOriginConfig !== undefined && customOriginConfig.originProtocolPolicy !== "https-only")
        report(`origins[${index}].customOriginConfig.originProtocolPolicy lets plain HTTP out`);
    });
  }),
});
