import { onResource, rule } from "../rule.ts";

export const guardDistribution = rule({
  name: "security-guard-distribution",
  description: "In production a CDN must stand behind a firewall and write down who came.",
  reason:
    "It is where the whole internet comes first. Without a firewall there is nothing to switch on in an attack, and without logs nobody can say what the attack was.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["CloudFront.5", "CloudFront.6"], nist: ["PR.IR-01", "PR.PS-04"] },
  remediation: ["Set webAclId to a web ACL of us-east-1.", "Set loggingConfig.bucket to a bucket for logs."],
  check: onResource("aws:cloudfront/distribution:Distribution", (distribution, report, { context, each }) => {
    if (context.environment !== "production") return;
    each(["webAclId", "loggingConfig"] as const, (property) => {
      if (property === "webAclId") {
        if (!distribution.webAclId) report("webAclId is not set");
      } else if (!distribution.loggingConfig?.bucket) report("loggingConfig.bucket is not set");
    });
  }),
});
