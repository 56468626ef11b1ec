import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const DISTRIBUTION = "aws:cloudfront/distribution:Distribution";
const ACCESS = "aws:cloudfront/originAccessControl:OriginAccessControl";
const HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy";
const CERTIFICATE = "aws:acm/certificate:Certificate";
const WEB_ACL = "aws:wafv2/webAcl:WebAcl";

const behaviour: Properties = {
  targetOriginId: "content",
  viewerProtocolPolicy: "redirect-to-https",
  allowedMethods: ["GET", "HEAD"],
  cachedMethods: ["GET", "HEAD"],
  cachePolicyId: "658327ea-f89d-4fab-a63d-7e88639e58f6",
};
const smallest: Properties = {
  enabled: true,
  origins: [{ originId: "content", domainName: "content.s3.eu-west-1.amazonaws.com" }],
  defaultCacheBehavior: behaviour,
  restrictions: { geoRestriction: { restrictionType: "none" } },
  viewerCertificate: { cloudfrontDefaultCertificate: true },
};
const access: Properties = {
  name: "content",
  originAccessControlOriginType: "s3",
  signingBehavior: "always",
  signingProtocol: "sigv4",
};
const withCertificate = (arn: string): Properties => ({
  viewerCertificate: { acmCertificateArn: arn, sslSupportMethod: "sni-only", minimumProtocolVersion: "TLSv1.2_2021" },
});
const nobody = (region: string) => `arn:aws:acm:${region}:100000000001:certificate/nobody`;

const withBucket = async ({ make, next }: Workshop): Promise<Made> => ({
  closed: await make("aws:s3/bucket:Bucket", { bucket: `closed-logs-${next()}-${Date.now()}` }),
});

const cases: readonly ConformanceCase[] = [
  {
    type: DISTRIBUTION,
    needs: withBucket,
    smallest: () => smallest,
    id: /^E[0-9A-F]{13}$/,
    outputs: {
      arn: /^arn:aws:cloudfront::\d{12}:distribution\/E/,
      domainName: /^d[0-9a-f]{13}\./,
      hostedZoneId: /^Z2FDTNDATAQYW2$/,
    },
    change: {
      comment: "patches",
      priceClass: "PriceClass_100",
      restrictions: { geoRestriction: { restrictionType: "whitelist", locations: ["DE"] } },
    },
    spoiled: [
      {
        name: "no origin of that id",
        with: { defaultCacheBehavior: { ...behaviour, targetOriginId: "other" } },
        code: "NoSuchOrigin",
      },
      {
        name: "a behaviour without a policy",
        with: { defaultCacheBehavior: { ...behaviour, cachePolicyId: "" } },
        code: "InvalidArgument",
      },
      {
        name: "a name without a certificate",
        with: { aliases: ["cdn.example.com"] },
        code: "InvalidViewerCertificate",
        property: "viewerCertificate",
      },
      {
        name: "a certificate of another region",
        with: withCertificate(nobody("eu-west-1")),
        code: "InvalidViewerCertificate",
      },
      {
        name: "a certificate that does not exist",
        with: withCertificate(nobody("us-east-1")),
        code: "InvalidViewerCertificate",
        at: "create",
      },
      {
        name: "a version of TLS there is not",
        with: { viewerCertificate: { cloudfrontDefaultCertificate: true, minimumProtocolVersion: "TLSv1.4" } },
        code: "InvalidArgument",
        property: "viewerCertificate.minimumProtocolVersion",
      },
      {
        name: "a firewall that does not exist",
        with: { webAclId: "arn:aws:wafv2:us-east-1:0:global/webacl/x/y" },
        code: "InvalidWebACLId",
        at: "create",
      },
      {
        name: "an access control that does not exist",
        with: {
          origins: [{ originId: "content", domainName: "content.s3.amazonaws.com", originAccessControlId: "E0" }],
        },
        code: "InvalidOriginAccessControl",
        at: "create",
      },
      {
        name: "headers that do not exist",
        with: { defaultCacheBehavior: { ...behaviour, responseHeadersPolicyId: "nobody" } },
        code: "NoSuchResponseHeadersPolicy",
        at: "create",
      },
      {
        name: "logs to a bucket without access lists",
        with: (made) => ({ loggingConfig: { bucket: `${made["closed"]?.id}.s3.amazonaws.com` } }),
        code: "InvalidArgument",
        at: "create",
      },
    ],
  },
  {
    type: ACCESS,
    smallest: () => access,
    id: /^E[0-9A-F]{13}$/,
    outputs: { etag: /^E/ },
    change: { description: "the bucket of patches", signingBehavior: "no-override" },
    taken: { code: "OriginAccessControlAlreadyExists" },
    dependant: {
      type: DISTRIBUTION,
      inputs: ({ id }) => ({
        ...smallest,
        origins: [{ originId: "content", domainName: "content.s3.amazonaws.com", originAccessControlId: id }],
      }),
      code: "OriginAccessControlInUse",
    },
    spoiled: [{ name: "a protocol there is not", with: { signingProtocol: "sigv3" }, code: "InvalidArgument" }],
  },
  {
    type: HEADERS,
    smallest: () => ({ name: "headers", securityHeadersConfig: { contentTypeOptions: { override: true } } }),
    id: /^[0-9a-f-]{36}$/,
    outputs: { etag: /^E/ },
    change: { comment: "every answer" },
    taken: { code: "ResponseHeadersPolicyAlreadyExists" },
    dependant: {
      type: DISTRIBUTION,
      inputs: ({ id }) => ({ ...smallest, defaultCacheBehavior: { ...behaviour, responseHeadersPolicyId: id } }),
      code: "ResponseHeadersPolicyInUse",
    },
  },
];

conformance(cases);

describe("a distribution", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("keeps its certificate and its firewall from being deleted, and its name from others", async () => {
    const engine = await sandbox.engine();
    const home = { region: "us-east-1" };
    const certificate = await engine.create(CERTIFICATE, {
      ...home,
      domainName: "cdn.example.com",
      validationMethod: "DNS",
    });
    const seen = { cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true, metricName: "firewall" };
    const acl = await engine.create(WEB_ACL, {
      ...home,
      name: "firewall",
      scope: "CLOUDFRONT",
      defaultAction: { allow: {} },
      visibilityConfig: seen,
    });
    const named = {
      ...smallest,
      ...withCertificate(certificate.id),
      aliases: ["cdn.example.com"],
      webAclId: String(acl.outputs["arn"]),
    };
    const distribution = await engine.create(DISTRIBUTION, named);
    await expect(engine.create(DISTRIBUTION, named)).rejects.toThrow("CNAMEAlreadyExists");
    // Deletion is asked of the region in which each stands.
    const usEast = await sandbox.engine({ configuration: { region: "us-east-1" } });
    await expect(usEast.remove(CERTIFICATE, certificate)).rejects.toThrow("ResourceInUseException");
    await expect(usEast.remove(WEB_ACL, acl)).rejects.toThrow("WAFAssociatedItemException");
    await engine.remove(DISTRIBUTION, distribution);
    await usEast.remove(CERTIFICATE, certificate);
    await usEast.remove(WEB_ACL, acl);
  });
});
