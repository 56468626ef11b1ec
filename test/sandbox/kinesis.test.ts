import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const STREAM = "aws:kinesis/stream:Stream";
const KEY = "aws:kms/key:Key";
const INVALID = "InvalidArgumentException";

const cases: readonly ConformanceCase[] = [
  {
    type: STREAM,
    needs: async ({ make }) => ({ key: await make(KEY, {}) }),
    smallest: () => ({ name: "records", shardCount: 2 }),
    id: /^arn:aws:kinesis:eu-west-1:\d{12}:stream\/records$/,
    outputs: {
      arn: /:stream\/records$/,
      retentionPeriod: 24,
      encryptionType: "NONE",
      streamModeDetails: { streamMode: "PROVISIONED" },
    },
    change: (made) => ({
      shardCount: 4,
      retentionPeriod: 48,
      encryptionType: "KMS",
      kmsKeyId: made["key"]?.outputs["arn"] ?? "",
      tags: { team: "data" },
    }),
    replace: { name: "others" },
    spoiled: [
      { name: "no shards", with: { shardCount: null }, code: INVALID },
      {
        name: "shards on demand",
        with: { streamModeDetails: { streamMode: "ON_DEMAND" } },
        code: INVALID,
        property: "shardCount",
      },
      { name: "a name with a space", with: { name: "my records" }, code: INVALID },
      { name: "less than a day", with: { retentionPeriod: 23 }, code: INVALID },
      { name: "more than a year", with: { retentionPeriod: 8761 }, code: INVALID },
      { name: "encryption without a key", with: { encryptionType: "KMS" }, code: INVALID, property: "kmsKeyId" },
      {
        name: "a metric there is not",
        with: { shardLevelMetrics: ["All"] },
        code: INVALID,
        property: "shardLevelMetrics[0]",
      },
      {
        name: "a key that does not exist",
        with: { encryptionType: "KMS", kmsKeyId: "00000000-0000-0000-0000-000000000000" },
        code: "KMSNotFoundException",
        at: "create",
      },
    ],
    taken: { code: "ResourceInUseException" },
  },
];

conformance(cases);

describe("a stream", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("is doubled or halved at once, and no more", async () => {
    const engine = await sandbox.engine();
    const made = await engine.create(STREAM, { name: "growing", shardCount: 4 });
    for (const shardCount of [9, 1]) {
      await expect(engine.update(STREAM, made, { name: "growing", shardCount })).rejects.toThrow(`${INVALID}:`);
    }
    const doubled = await engine.update(STREAM, made, { name: "growing", shardCount: 8 });
    expect(doubled.outputs["shardCount"]).toBe(8);
  });

  it("goes from shards to demand in place", async () => {
    const engine = await sandbox.engine();
    const made = await engine.create(STREAM, { name: "changing", shardCount: 4 });
    const news = { name: "changing", streamModeDetails: { streamMode: "ON_DEMAND" } };
    expect(await engine.diff(STREAM, made.id, made.inputs, news)).toMatchObject({ changes: true, replaces: [] });
    expect((await engine.update(STREAM, made, news)).outputs["streamModeDetails"]).toEqual({ streamMode: "ON_DEMAND" });
  });
});
