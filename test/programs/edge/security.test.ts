import { describe, expect, it } from "vitest";
import { certificateArn, ofType, only, record, statements, whole } from "./recorded.ts";

describe("the CDN of edge", () => {
  it("speaks TLS 1.2 at least under the domain, and sends every viewer to TLS", async () => {
    const distribution = only(await record(), "aws:cloudfront/distribution:Distribution");
    expect(distribution).toMatchObject({
      aliases: ["cdn.play.example.com"],
      viewerCertificate: {
        acmCertificateArn: certificateArn,
        minimumProtocolVersion: "TLSv1.2_2021",
        sslSupportMethod: "sni-only",
      },
      defaultCacheBehavior: { viewerProtocolPolicy: "redirect-to-https" },
    });
  });

  it("asks load balancers over TLS 1.2 only, by the name that switches move", async () => {
    const stack = await record({ ...whole, cdn: { certificateArn, content: "origins" } });
    const distribution = only(stack, "aws:cloudfront/distribution:Distribution");
    expect(distribution["origins"]).toMatchObject([
      {
        domainName: "regions.play.example.com",
        customOriginConfig: { originProtocolPolicy: "https-only", originSslProtocols: ["TLSv1.2"] },
      },
    ]);
    expect(ofType(stack, "aws:cloudfront/originAccessControl:OriginAccessControl")).toEqual([]);
    expect(stack.outputs["contentBucketName"]).toBe("");
  });

  it("is the only reader of its content, which is under a key of the stack's own", async () => {
    const stack = await record();
    const access = only(stack, "aws:cloudfront/originAccessControl:OriginAccessControl");
    expect(access).toMatchObject({ signingBehavior: "always", signingProtocol: "sigv4" });
    const allowed = statements(only(stack, "aws:s3/bucketPolicy:BucketPolicy", "content")).filter(
      ({ Effect }) => Effect === "Allow",
    );
    expect(allowed).toMatchObject([
      {
        Principal: { Service: "cloudfront.amazonaws.com" },
        Action: "s3:GetObject",
        Condition: { StringEquals: { "aws:SourceArn": "arn:aws:mock:cdn-distribution" } },
      },
    ]);
    const encryption = only(
      stack,
      "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
      "content",
    );
    expect(encryption["rules"]).toMatchObject([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } }]);
    const mayUse = statements(only(stack, "aws:kms/key:Key", "content")).filter(({ Sid }) => Sid === "OnlyTheCdn");
    expect(mayUse).toMatchObject([
      { Action: "kms:Decrypt", Condition: { StringEquals: { "aws:SourceArn": "arn:aws:mock:cdn-distribution" } } },
    ]);
  });

  it("puts security headers on every answer, whatever the content says", async () => {
    const { securityHeadersConfig } = only(
      await record(),
      "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy",
    );
    expect(securityHeadersConfig).toMatchObject({
      strictTransportSecurity: { accessControlMaxAgeSec: 63_072_000, override: true },
      contentTypeOptions: { override: true },
      frameOptions: { frameOption: "DENY", override: true },
      referrerPolicy: { override: true },
    });
  });

  it("serves the countries that are allowed, in any order they were given, and all when none is named", async () => {
    const named = only(await record(), "aws:cloudfront/distribution:Distribution");
    expect(named["restrictions"]).toEqual({
      geoRestriction: { restrictionType: "whitelist", locations: ["DE", "US"] },
    });
    const all = only(await record({ origins: whole.origins }), "aws:cloudfront/distribution:Distribution");
    expect(all["restrictions"]).toEqual({ geoRestriction: { restrictionType: "none" } });
  });

  it("writes down who came: CDN, accelerator, firewall and content bucket", async () => {
    const stack = await record();
    expect(only(stack, "aws:cloudfront/distribution:Distribution")["loggingConfig"]).toMatchObject({
      bucket: "logs-bucket-bucket.s3.amazonaws.com",
      includeCookies: false,
    });
    expect(only(stack, "aws:globalaccelerator/accelerator:Accelerator")["attributes"]).toMatchObject({
      flowLogsEnabled: true,
      flowLogsS3Bucket: "logs-bucket-bucket-id",
    });
    expect(only(stack, "aws:s3/bucketLogging:BucketLogging")).toMatchObject({ targetBucket: "logs-bucket-bucket-id" });
    const group = only(stack, "aws:cloudwatch/logGroup:LogGroup");
    expect(group).toMatchObject({ name: expect.stringMatching(/^aws-waf-logs-launch-/), retentionInDays: 30 });
    expect(group["kmsKeyId"]).toBe("arn:aws:mock:encryption-key");
  });
});

describe("the firewall of edge", () => {
  it("stands before the CDN in us-east-1, asks the managed groups, and blocks who asks too much", async () => {
    const stack = await record({ ...whole, cdn: { requestsPerFiveMinutes: 600 } });
    const acl = only(stack, "aws:wafv2/webAcl:WebAcl");
    expect(acl).toMatchObject({ scope: "CLOUDFRONT", defaultAction: { allow: {} } });
    expect(acl["rules"]).toMatchObject([
      { action: { block: {} }, statement: { rateBasedStatement: { limit: 600, aggregateKeyType: "IP" } } },
      ...["AmazonIpReputationList", "KnownBadInputsRuleSet", "CommonRuleSet"].map((group) => ({
        overrideAction: { none: {} },
        statement: { managedRuleGroupStatement: { vendorName: "AWS", name: `AWSManagedRules${group}` } },
      })),
    ]);
    expect(only(stack, "aws:cloudfront/distribution:Distribution")["webAclId"]).toBe("arn:aws:mock:firewall-acl");
    const provider = ofType(stack, "aws:wafv2/webAcl:WebAcl")[0]?.provider ?? "";
    expect(provider).toContain("edge-aws-worldwide");
    expect(only(stack, "pulumi:providers:aws", "worldwide")).toMatchObject({
      region: "us-east-1",
      allowedAccountIds: '["210987654321"]',
    });
  });

  it("logs no credentials", async () => {
    const logging = only(await record(), "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration");
    expect(logging["redactedFields"]).toEqual([
      { singleHeader: { name: "authorization" } },
      { singleHeader: { name: "cookie" } },
    ]);
  });
});
