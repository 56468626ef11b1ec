import { describe, expect, it } from "vitest";
import {
  development,
  production,
  type RecordedResource,
  type RecordedStack,
  recordBlueprint,
} from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";
import { inventedOrigin } from "./origins.ts";

const blueprint = "edge";
const domain = { name: "play.example.com", hostedZoneId: "Z0123456789ABCDEF" };
const certificateArn = "arn:aws:acm:us-east-1:210987654321:certificate/0a1b";
const whole = {
  origins: [inventedOrigin("eu-west-1"), { ...inventedOrigin("us-west-2"), weight: 50, healthPath: "/healthz" }],
  domain,
  switches: "inverted-health-checks",
  switchRegion: "eu-central-1",
  cdn: { certificateArn, allowedCountries: ["US", "DE"] },
  alarmEmail: "oncall@example.com",
};

const record = (inputs: unknown = whole, placement = production) => recordBlueprint({ blueprint, inputs, placement });

function ofType({ resources }: RecordedStack, type: string): readonly RecordedResource[] {
  return resources.filter((resource) => resource.type === type);
}

function only(stack: RecordedStack, type: string, part = ""): RecordedResource["inputs"] {
  const found = ofType(stack, type).filter(({ name }) => name.includes(part));
  expect([type, found.length]).toEqual([type, 1]);
  return found[0]?.inputs ?? {};
}

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

function statements(inputs: RecordedResource["inputs"]): readonly Statement[] {
  return JSON.parse(String(inputs["policy"])).Statement;
}

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

describe("the switches of edge", () => {
  it("are objects that only health checkers' addresses read, in a closed bucket of a region without an origin", async () => {
    const stack = await record();
    const [overTls, read] = statements(only(stack, "aws:s3/bucketPolicy:BucketPolicy", "switches"));
    expect(overTls).toMatchObject({ Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } });
    expect(read).toMatchObject({
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: "arn:aws:mock:switches-in-eu-central-1-bucket-bucket/evacuate/*",
      Condition: { IpAddress: { "aws:SourceIp": ["198.51.100.0/26", "198.51.100.64/26"] } },
    });
    const closed = only(stack, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "switches");
    expect(closed).toMatchObject({ blockPublicPolicy: true, restrictPublicBuckets: true });
    expect(only(stack, "pulumi:providers:aws", "switches")).toMatchObject({ region: "eu-central-1" });
  });

  it("are inverted: what cannot be asked evacuates nobody", async () => {
    const checks = ofType(await record(), "aws:route53/healthCheck:HealthCheck").filter(({ name }) =>
      name.includes("switches"),
    );
    expect(checks.map(({ inputs }) => [inputs["resourcePath"], inputs["invertHealthcheck"]])).toEqual([
      ["/evacuate/eu-west-1", true],
      ["/evacuate/us-west-2", true],
    ]);
  });

  it("are routing controls of which the cluster keeps one on", async () => {
    const inputs = {
      ...whole,
      switches: "routing-controls",
      switchRegion: undefined,
      monthlyBudget: { amount: "2000.00", currency: "USD" },
    };
    const stack = await record(inputs);
    expect(only(stack, "aws:route53recoverycontrol/safetyRule:SafetyRule")).toMatchObject({
      assertedControls: ["arn:aws:mock:switches-eu-west-1", "arn:aws:mock:switches-us-west-2"],
      ruleConfig: { type: "ATLEAST", threshold: 1, inverted: false },
    });
    expect(stack.outputs["evacuationRunbook"]).toContain("https://cluster.ap-southeast-2.example.com/v1");
  });

  it("are none by default, and the page says what that means", async () => {
    const { outputs } = await record({ origins: whole.origins });
    expect(outputs["switchIds"]).toEqual({});
    expect(outputs["evacuationRunbook"]).toContain("This stack has no switches");
  });
});

describe("the entry of edge", () => {
  it("dials each region by its weight and asks it for its health", async () => {
    const stack = await record();
    const groups = ofType(stack, "aws:globalaccelerator/endpointGroup:EndpointGroup");
    expect(groups.map(({ inputs }) => [inputs["endpointGroupRegion"], inputs["trafficDialPercentage"]])).toEqual([
      ["eu-west-1", 100],
      ["us-west-2", 50],
    ]);
    const [tcp, https] = ofType(stack, "aws:route53/healthCheck:HealthCheck").filter(({ name }) =>
      name.startsWith("health-"),
    );
    expect(tcp?.inputs).toMatchObject({ type: "TCP", port: 443, requestInterval: 10, failureThreshold: 3 });
    expect(https?.inputs).toMatchObject({ type: "HTTPS", resourcePath: "/healthz", requestInterval: 10 });
  });

  it("keeps players' addresses before an application load balancer, where every one can", async () => {
    const ireland = inventedOrigin("eu-west-1");
    const application = { ...ireland, endpointArn: ireland.endpointArn.replace("/net/", "/app/") };
    const stack = await record({ origins: [application, inventedOrigin("us-west-2")] });
    const groups = ofType(stack, "aws:globalaccelerator/endpointGroup:EndpointGroup");
    expect(groups.map(({ inputs }) => inputs["endpointConfigurations"])).toMatchObject([
      [{ clientIpPreservationEnabled: true }],
      [{ clientIpPreservationEnabled: false }],
    ]);
  });

  it("has no names without a domain, and answers by the accelerator's own", async () => {
    const stack = await record({ origins: whole.origins });
    expect(ofType(stack, "aws:route53/record:Record")).toEqual([]);
    expect(stack.outputs).toMatchObject({ entry: "entry-accelerator.awsglobalaccelerator.com", regionalEntry: "" });
  });

  it("leaves a spare to the accelerator: it has neither a name nor a switch", async () => {
    const spare = { ...inventedOrigin("sa-east-1"), weight: 0 };
    const stack = await record({ ...whole, origins: [...whole.origins, spare] });
    expect(ofType(stack, "aws:globalaccelerator/endpointGroup:EndpointGroup")).toHaveLength(3);
    const named = ofType(stack, "aws:route53/record:Record").map(({ inputs }) => inputs["setIdentifier"]);
    expect(named.filter(Boolean)).toEqual(["eu-west-1", "us-west-2", "anycast", "direct"]);
    expect(Object.keys(stack.outputs["switchIds"] ?? {})).toEqual(["eu-west-1", "us-west-2"]);
  });

  it("is refused in a region to whose buckets the CDN writes no logs", async () => {
    const attempt = record({ origins: whole.origins }, { ...development, region: "eu-south-1" });
    await expect(attempt).rejects.toMatchObject({ message: expect.stringContaining("no bucket in eu-south-1") });
  });

  it("is refused in a region of another partition", async () => {
    const attempt = record({ origins: whole.origins }, { ...development, region: "cn-north-1" });
    await expect(attempt).rejects.toMatchObject({
      message: expect.stringContaining("choose a home region of the partition aws"),
    });
  });

  it.each([
    ["objects", whole],
    [
      "routing controls",
      {
        ...whole,
        switches: "routing-controls",
        switchRegion: undefined,
        monthlyBudget: { amount: "2000.00", currency: "USD" },
      },
    ],
    ["no domain", { origins: whole.origins }],
  ])("passes every rule in production, with %s", async (_what, inputs) => {
    expect(await verdictsOn({ blueprint, inputs, placement: production })).toEqual([]);
  });

  it("is tagged with its owner wherever it can be", async () => {
    const { resources } = await record();
    const tagged = resources.filter(({ inputs }) => inputs["tags"] !== undefined);
    expect(tagged.length).toBeGreaterThan(15);
    for (const { name, inputs } of tagged)
      expect([name, inputs["tags"]]).toEqual([name, expect.objectContaining({ "meridian:owner": "realm-team" })]);
  });

  it("protects what cannot be made again in production, until it is told otherwise", async () => {
    const protectedOnes = async (inputs: unknown) =>
      (await record(inputs)).resources
        .filter(({ inputs: { tags } }) => JSON.stringify(tags ?? {}).includes("meridian:protected"))
        .map(({ name }) => name);
    expect((await protectedOnes(whole)).toSorted()).toEqual([
      "content-bucket",
      "content-encryption-key",
      "encryption-key",
      "logs-bucket-bucket",
      "switches-in-eu-central-1-bucket-bucket",
    ]);
    expect(await protectedOnes({ ...whole, deletionProtection: false })).toEqual([]);
  });
});
