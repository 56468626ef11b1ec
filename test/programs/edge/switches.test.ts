import { describe, expect, it } from "vitest";
import { ofType, only, record, statements, whole } from "./recorded.ts";

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
