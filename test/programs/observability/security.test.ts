import { describe, expect, it } from "vitest";
import { all, canary, named, ofType, subscription } from "./recorded.ts";

describe("what is kept", () => {
  it("is under the stack's key: topics, logs, results, scripts, and incidents", async () => {
    const stack = await all();
    const key = "arn:aws:mock:encryption-key";
    const sealed = [
      ...ofType(stack, "aws:sns/topic:Topic").map(({ inputs }) => inputs["kmsMasterKeyId"]),
      ...ofType(stack, "aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs["kmsKeyId"]),
      named(stack, "aws:s3/bucketObjectv2:BucketObjectv2", "canaries-script")["kmsKeyId"],
    ];
    expect(sealed).toEqual([key, key, key, key]);
    expect(named(stack, canary, "canaries-front")["artifactConfig"]).toEqual({
      s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn: key },
    });
    const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    expect(JSON.stringify(named(stack, encryption, "canaries-results-encryption"))).toContain(key);
    expect(named(stack, "aws:ssmincidents/replicationSet:ReplicationSet", "incident-kept")["regions"]).toEqual([
      { name: "eu-west-1", kmsKeyArn: key },
    ]);
  });

  it("is not kept for ever", async () => {
    const stack = await all();
    for (const { inputs } of ofType(stack, "aws:cloudwatch/logGroup:LogGroup"))
      expect(inputs["retentionInDays"]).toBe(90);
    expect(named(stack, canary, "canaries-front")).toMatchObject({
      successRetentionPeriod: 7,
      failureRetentionPeriod: 31,
      deleteLambda: true,
    });
  });

  it("does not show the address of an incident platform", async () => {
    const endpoints = ofType(await all(), subscription).filter(({ inputs }) => inputs["protocol"] === "https");
    expect(endpoints).toHaveLength(2);
    for (const { secretInputs } of endpoints) expect(secretInputs).toContain("endpoint");
  });
});

describe("who may do what", () => {
  it("canaries write results, read their script, and report metrics of their own namespace alone", async () => {
    const stack = await all();
    const policy = JSON.parse(
      String(named(stack, "aws:iam/rolePolicy:RolePolicy", "canaries-visitor-policy")["policy"]),
    );
    const wide = policy.Statement.filter(({ Resource }: { Resource: string }) => Resource === "*");
    expect(wide).toEqual([
      expect.objectContaining({
        Action: "cloudwatch:PutMetricData",
        Condition: { StringEquals: { "cloudwatch:namespace": "CloudWatchSynthetics" } },
      }),
      { Effect: "Allow", Action: ["s3:ListAllMyBuckets", "xray:PutTraceSegments"], Resource: "*" },
    ]);
  });

  it("only alarms and budgets of the account speak on the topics", async () => {
    for (const { inputs } of ofType(await all(), "aws:sns/topicPolicy:TopicPolicy")) {
      const [tls, ...speakers] = JSON.parse(String(inputs["policy"])).Statement;
      expect(tls).toMatchObject({ Effect: "Deny", Action: "sns:Publish" });
      expect(speakers).toHaveLength(2);
      for (const speaker of speakers) {
        expect(speaker).toMatchObject({
          Principal: { Service: expect.stringMatching(/^(cloudwatch|budgets)\.amazonaws\.com$/) },
          Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
        });
      }
    }
  });

  it("only the accounts that are named may share what they have, and only metrics, logs and traces", async () => {
    const { policy } = named(await all(), "aws:oam/sinkPolicy:SinkPolicy", "accounts-sink");
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: ["111122223333"] },
        Action: ["oam:CreateLink", "oam:UpdateLink"],
        Resource: "*",
        Condition: {
          "ForAllValues:StringEquals": {
            "oam:ResourceTypes": ["AWS::CloudWatch::Metric", "AWS::Logs::LogGroup", "AWS::XRay::Trace"],
          },
        },
      },
    ]);
  });
});
