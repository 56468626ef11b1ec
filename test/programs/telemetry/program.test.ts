import { describe, expect, it } from "vitest";
import type { TelemetryInputs } from "../../../programs/telemetry/inputs.ts";
import { development, production, type RecordedStack, recordBlueprint } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";

const blueprint = "telemetry";
const games = ["lifeverse"];
const DELIVERY = "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream";

const record = (inputs: Partial<TelemetryInputs> = {}, placement = development) =>
  recordBlueprint({ blueprint, inputs: { games, ...inputs }, placement });

function ofType({ resources }: RecordedStack, type: string) {
  return resources.filter((resource) => resource.type === type);
}

// What a provider is given is checked by its own types; here it is read as the JSON that it is.
// biome-ignore lint/suspicious/noExplicitAny: recorded JSON of many shapes
function only(stack: RecordedStack, type: string): any {
  const found = ofType(stack, type);
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0]?.inputs;
}

// biome-ignore lint/suspicious/noExplicitAny: recorded JSON, as above
function lifecycleOf({ resources }: RecordedStack): any {
  return resources.find(({ name }) => name === "lake-lifecycle")?.inputs;
}

function statementsOf(stack: RecordedStack, name: string) {
  const found = stack.resources.find((resource) => resource.name === name && resource.inputs["policy"] !== undefined);
  return JSON.parse(String(found?.inputs["policy"])).Statement as readonly Record<string, unknown>[]; // a policy document
}

describe("records of operations", () => {
  it("are captured for data engineering: from the stream into partitioned columnar files that a table describes", async () => {
    const stack = await record();
    const { kinesisSourceConfiguration: source, extendedS3Configuration: lake } = only(stack, DELIVERY);
    expect(source.kinesisStreamArn).toBe("arn:aws:mock:records-stream");
    expect(lake.bucketArn).toBe("arn:aws:mock:lake-bucket");
    expect(lake.prefix).toBe(
      "records/game=!{partitionKeyFromQuery:game}/region=!{partitionKeyFromQuery:region}/day=!{timestamp:yyyy-MM-dd}/",
    );
    expect(lake.dynamicPartitioningConfiguration.enabled).toBe(true);
    const conversion = lake.dataFormatConversionConfiguration;
    expect(conversion.outputFormatConfiguration.serializer).toHaveProperty("parquetSerDe");
    const table = only(stack, "aws:glue/catalogTable:CatalogTable");
    expect(conversion.schemaConfiguration).toMatchObject({
      databaseName: table.databaseName,
      tableName: table.name,
      versionId: "LATEST",
    });
    expect(table.storageDescriptor.location).toBe("s3://lake-bucket-id/records/");
    expect(table.partitionKeys.map(({ name }: { name: string }) => name)).toEqual(["game", "region", "day"]);
    expect(only(stack, "aws:glue/catalogDatabase:CatalogDatabase").name).toMatch(/^[a-z0-9_]+$/);
  });

  it("have the fields of players, sessions, latency, errors, incidents, changes and cost, and those that are added", async () => {
    const table = only(
      await record({ fields: [{ name: "match_id", type: "string", description: "Which match" }] }),
      "aws:glue/catalogTable:CatalogTable",
    );
    const names = table.storageDescriptor.columns.map(({ name }: { name: string }) => name);
    expect(names).toEqual(
      expect.arrayContaining([
        "players",
        "sessions",
        "latency_p99_ms",
        "errors",
        "started_at",
        "change_failed",
        "cost_usd",
      ]),
    );
    expect(names.at(-1)).toBe("match_id");
  });

  it("that cannot be delivered are put aside, kept for a replay, and told of", async () => {
    const stack = await record({ failedDays: 21 });
    const lake = only(stack, DELIVERY).extendedS3Configuration;
    expect(lake.errorOutputPrefix).toMatch(/^failed\/!\{firehose:error-output-type\}\//);
    expect(lake.cloudwatchLoggingOptions).toMatchObject({ enabled: true, logStreamName: "lake" });
    const { rules } = lifecycleOf(stack);
    expect(rules).toContainEqual(expect.objectContaining({ filter: { prefix: "failed/" }, expiration: { days: 21 } }));
    expect(only(stack, "aws:s3/bucketMetric:BucketMetric")).toMatchObject({ filter: { prefix: "failed/" } });
    const alarm = stack.resources.find(({ name }) => name === "alarms-records-failed");
    expect(alarm?.inputs).toMatchObject({
      namespace: "AWS/S3",
      metricName: "PutRequests",
      dimensions: { BucketName: "lake-bucket-id", FilterId: "failed-records" },
      threshold: 0,
      alarmActions: ["arn:aws:mock:alarms-topic"],
    });
  });

  it("grow old as they are told to: cheaper, then archived, then gone", async () => {
    const { rules } = lifecycleOf(await record({ retention: { hotDays: 40, coldDays: 100, expireDays: 300 } }));
    expect(rules[0]).toMatchObject({
      filter: { prefix: "records/" },
      transitions: [
        { days: 40, storageClass: "STANDARD_IA" },
        { days: 100, storageClass: "GLACIER_IR" },
      ],
      expiration: { days: 300 },
    });
  });

  it("are taken by a stream that grows by itself, or by shards planned from the busiest second", async () => {
    expect(only(await record(), "aws:kinesis/stream:Stream")).toMatchObject({
      streamModeDetails: { streamMode: "ON_DEMAND" },
    });
    expect(only(await record(), "aws:kinesis/stream:Stream")).not.toHaveProperty("shardCount");
    const planned = await record({ streamMode: "provisioned", recordsPerSecond: 8000 });
    expect(only(planned, "aws:kinesis/stream:Stream")).toMatchObject({
      streamModeDetails: { streamMode: "PROVISIONED" },
      shardCount: 10,
    });
    expect(planned.outputs["capacity"]).toMatchObject({ shards: 10 });
  });

  it("are told of before they are lost: at half of the time for which the stream keeps them", async () => {
    const { resources } = await record({ streamRetentionHours: 24, freshnessMinutes: 20 });
    const threshold = (role: string) => resources.find(({ name }) => name === `alarms-${role}`)?.inputs["threshold"];
    expect(threshold("records-expiring")).toBe(12 * 3_600_000);
    expect(threshold("delivery-late")).toBe(1200);
  });
});

describe("questions about the records", () => {
  it("cost no more than the scan limit allows, in a workgroup that cannot be gone around", async () => {
    const { configuration } = only(await record({ scanLimitGiB: 3 }), "aws:athena/workgroup:Workgroup");
    expect(configuration).toMatchObject({
      enforceWorkgroupConfiguration: true,
      bytesScannedCutoffPerQuery: 3 * 1024 ** 3,
      publishCloudwatchMetricsEnabled: true,
    });
  });

  it("are saved for availability, latency, errors, scalability, MTTR, MTBF, change failures, impact and cost", async () => {
    const saved = ofType(await record(), "aws:athena/namedQuery:NamedQuery").map(({ inputs }) => inputs["name"]);
    expect(saved.toSorted()).toEqual([
      "availability",
      "change-failure-rate",
      "cost-efficiency",
      "customer-impact",
      "error-rate",
      "latency",
      "mean-time-between-failures",
      "mean-time-to-repair",
      "scalability",
    ]);
  });
});

describe("what is kept by telemetry", () => {
  it("is encrypted by the stack's key: stream, files, results, logs, topic", async () => {
    const stack = await record();
    const key = "arn:aws:mock:encryption-key";
    expect(only(stack, "aws:kinesis/stream:Stream")).toMatchObject({ encryptionType: "KMS", kmsKeyId: key });
    expect(only(stack, DELIVERY).extendedS3Configuration.kmsKeyArn).toBe(key);
    expect(
      only(stack, "aws:athena/workgroup:Workgroup").configuration.resultConfiguration.encryptionConfiguration,
    ).toEqual({ encryptionOption: "SSE_KMS", kmsKeyArn: key });
    expect(only(stack, "aws:cloudwatch/logGroup:LogGroup")).toMatchObject({ kmsKeyId: key, retentionInDays: 30 });
    expect(only(stack, "aws:sns/topic:Topic")).toMatchObject({ kmsMasterKeyId: key });
    const lake = stack.resources.find(({ name }) => name === "lake-encryption");
    expect(lake?.inputs["rules"]).toEqual([
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: key },
        bucketKeyEnabled: true,
      },
    ]);
  });

  it("is private, spoken to over TLS only, and whoever asked for it is written down", async () => {
    const stack = await record();
    for (const bucket of ["lake", "logs"]) {
      expect(statementsOf(stack, `${bucket}-policy`)[0]).toMatchObject({
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    }
    expect(ofType(stack, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")).toHaveLength(2);
    expect(only(stack, "aws:s3/bucketLogging:BucketLogging")).toMatchObject({
      bucket: "lake-bucket-id",
      targetBucket: "logs-bucket-id",
    });
    expect(statementsOf(stack, "logs-policy")[1]).toMatchObject({
      Principal: { Service: "logging.s3.amazonaws.com" },
      Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
    });
  });

  it.each([
    ["in production", production, {}, true],
    ["in production, unless that is switched off", production, { deletionProtection: false }, false],
    ["not outside it", development, {}, false],
  ])("is protected from deletion %s", async (_, placement, inputs, expected) => {
    const stack = await record(inputs, placement);
    for (const name of ["lake-bucket", "logs-bucket", "records-stream", "encryption-key"]) {
      const tags = stack.resources.find((resource) => resource.name === name)?.inputs["tags"];
      expect([name, Object.hasOwn(Object(tags), "meridian:protected")]).toEqual([name, expected]);
    }
  });

  it("is thrown away with the stack only outside production", async () => {
    for (const [placement, thrown] of [
      [development, true],
      [production, false],
    ] as const) {
      const stack = await record({ deletionProtection: false }, placement);
      for (const { inputs } of ofType(stack, "aws:s3/bucket:Bucket")) expect(inputs["forceDestroy"]).toBe(thrown);
      expect(only(stack, "aws:athena/workgroup:Workgroup").forceDestroy).toBe(thrown);
      expect(only(stack, "aws:kinesis/stream:Stream").enforceConsumerDeletion).toBe(thrown);
    }
  });
});

describe("who may do what with telemetry", () => {
  it("is bounded: no role or policy takes every action, or a resource that is not the stack's own", async () => {
    const stack = await record();
    for (const name of ["records-writers", "questions-readers", "delivery-access-policy"]) {
      for (const { Action, Resource } of statementsOf(stack, name)) {
        for (const action of [Action].flat()) expect(action).not.toContain("*");
        for (const resource of [Resource].flat()) expect(resource).not.toBe("*");
      }
    }
  });

  it("lets writers write, and neither read nor change anything", async () => {
    const [stream, key] = statementsOf(await record(), "records-writers");
    expect(stream).toMatchObject({
      Action: ["kinesis:PutRecord", "kinesis:PutRecords", "kinesis:DescribeStreamSummary", "kinesis:ListShards"],
      Resource: "arn:aws:mock:records-stream",
    });
    expect(key).toMatchObject({
      Action: "kms:GenerateDataKey",
      Condition: { StringEquals: { "kms:ViaService": "kinesis.eu-west-1.amazonaws.com" } },
    });
  });

  it("keeps readers from the failed records, which may hold what nobody meant to write", async () => {
    const statements = statementsOf(await record(), "questions-readers");
    const readable = statements.filter(({ Action }) => [Action].flat().includes("s3:GetObject"));
    expect(readable.flatMap(({ Resource }) => Resource)).toEqual([
      "arn:aws:mock:lake-bucket/records/*",
      "arn:aws:mock:lake-bucket/results/*",
    ]);
  });

  it("lets Firehose take its role on behalf of this account only", async () => {
    const role = only(await record(), "aws:iam/role:Role");
    expect(JSON.parse(role.assumeRolePolicy).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "firehose.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
      },
    ]);
  });
});

describe("the rules on telemetry", () => {
  it.each([
    ["the example in development", {}, development],
    ["the example in production", {}, production],
    ["shards in production", { streamMode: "provisioned", recordsPerSecond: 50_000 }, production],
  ])("have nothing to say of %s", async (_, inputs, placement) => {
    expect(await verdictsOn({ blueprint, inputs: { games, ...inputs }, placement })).toEqual([]);
  });
});
