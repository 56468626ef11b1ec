import { onResource, rule } from "../rule.ts";

/** `<bucket>.s3.amazonaws.com`, with a region in it, or with a dash as in old names. Ends of websites speak HTTP alone and cannot be closed. */
const bucketName = /\.s3[.-]/;

export const requireOriginAccess = rule({
  name: "security-require-origin-access",
  description: "A CDN must be the only reader of the buckets behind it.",
  reason:
    "A bucket that everybody can read beside the CDN has no firewall, no limits and no log of its readers in front of it.",
  level: "advisory",
  severity: "medium",
  controls: { fsbp: ["CloudFront.13"], nist: ["PR.AA-05"] },
  remediation: ["Set originAccessControlId of the origin, and let the bucket's policy admit the distribution alone."],
  check: onResource("aws:cloudfront/distribution:Distribution", ({ origins }, report, { each }) => {
    each(origins, (origin, index) => {
      if (origin.customOriginConfig !== undefined || !bucketName.test(origin.domainName)) return;
      if (origin.originAccessControlId === undefined || origin.originAccessControlId === "")
        report(`origins[${index}].originAccessControlId is not set`);
    });
  }),
});
