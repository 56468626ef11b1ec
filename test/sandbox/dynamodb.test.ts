import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Properties, UNKNOWN } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const TABLE = "aws:dynamodb/table:Table";
const KEY = "aws:kms/key:Key";

const text = (name: string): Properties => ({ name, type: "S" });
const onDemand: Properties = {
  name: "sessions",
  billingMode: "PAY_PER_REQUEST",
  hashKey: "sessionId",
  attributes: [text("sessionId")],
};
const byColour: Properties = { name: "by-colour", hashKey: "colour", projectionType: "ALL" };
const both: Properties = { attributes: [text("sessionId"), text("colour")] };

const streamed: Properties = { streamEnabled: true, streamViewType: "NEW_AND_OLD_IMAGES" };
const keyIn = (region: string) => `arn:aws:kms:${region}:100000000001:key/0a1b2c3d`;

const refused = (name: string, overlay: Properties, property?: string) => ({
  name,
  with: overlay,
  code: "ValidationException",
  ...(property === undefined ? {} : { property }),
});

const cases: readonly ConformanceCase[] = [
  {
    type: TABLE,
    smallest: () => onDemand,
    id: /^sessions$/,
    outputs: {
      arn: /^arn:aws:dynamodb:eu-west-1:\d{12}:table\/sessions$/,
      deletionProtectionEnabled: false,
      globalSecondaryIndexes: [],
      pointInTimeRecovery: { enabled: false },
      streamArn: /^$/,
      tableClass: "STANDARD",
    },
    change: {
      pointInTimeRecovery: { enabled: true },
      ttl: { attributeName: "expiresAt", enabled: true },
      deletionProtectionEnabled: true,
      tags: { team: "lobby" },
    },
    replace: { hashKey: "id", attributes: [text("id")] },
    spoiled: [
      refused("a name of two characters", { name: "ab" }),
      refused("a name with a slash", { name: "game/sessions" }),
      refused("no hash key", { hashKey: null }),
      refused("a billing mode there is not", { billingMode: "FREE" }),
      refused(
        "a type of attribute there is not",
        { attributes: [{ name: "sessionId", type: "D" }] },
        "attributes[0].type",
      ),
      refused("a key that is not defined", { rangeKey: "colour" }, "attributes"),
      refused("an attribute that is no key", both),
      refused("an attribute that is defined twice", { attributes: [text("sessionId"), text("sessionId")] }),
      refused("one key as hash and range", { rangeKey: "sessionId" }),
      refused("an index by what is not defined", { globalSecondaryIndexes: [byColour] }, "attributes"),
      refused(
        "two indexes of one name",
        { globalSecondaryIndexes: [byColour, byColour], ...both },
        "globalSecondaryIndexes[1].name",
      ),
      refused(
        "an index without a key",
        { globalSecondaryIndexes: [{ name: "by-nothing", projectionType: "ALL" }] },
        "globalSecondaryIndexes[0].hashKey",
      ),
      refused(
        "a projection there is not",
        { globalSecondaryIndexes: [{ ...byColour, projectionType: "SOME" }], ...both },
        "globalSecondaryIndexes[0].projectionType",
      ),
      refused(
        "a projection of nothing",
        { globalSecondaryIndexes: [{ ...byColour, projectionType: "INCLUDE" }], ...both },
        "globalSecondaryIndexes[0].nonKeyAttributes",
      ),
      refused("a local index without a range key", {
        localSecondaryIndexes: [{ name: "by-colour", rangeKey: "colour", projectionType: "ALL" }],
        ...both,
      }),
      refused("capacity on demand", { readCapacity: 5 }),
      refused("provisioned capacity that is not said", { billingMode: "PROVISIONED" }, "readCapacity"),
      refused("a stream without a view", { streamEnabled: true }, "streamViewType"),
      refused(
        "recovery of 36 days",
        { pointInTimeRecovery: { enabled: true, recoveryPeriodInDays: 36 } },
        "pointInTimeRecovery.recoveryPeriodInDays",
      ),
      refused("expiry by no attribute", { ttl: { enabled: true } }, "ttl.attributeName"),
      refused(
        "a key for encryption that is off",
        { serverSideEncryption: { enabled: false, kmsKeyArn: "arn:aws:kms:eu-west-1:100000000000:key/x" } },
        "serverSideEncryption.kmsKeyArn",
      ),
    ],
    taken: { code: "ResourceInUseException" },
  },
  {
    type: TABLE,
    needs: async ({ make }) => ({ key: await make(KEY, {}) }),
    smallest: (made) => ({
      ...onDemand,
      ...both,
      globalSecondaryIndexes: [byColour],
      serverSideEncryption: { enabled: true, kmsKeyArn: made["key"]?.outputs["arn"] ?? "" },
    }),
    id: /^sessions$/,
    change: { globalSecondaryIndexes: null, attributes: [text("sessionId")] },
    spoiled: [
      refused("a replica of a table without a stream", { replicas: [{ regionName: "us-east-1" }] }, "streamViewType"),
      refused(
        "a replica that is sealed by less than the table is",
        { replicas: [{ regionName: "us-east-1" }], ...streamed },
        "replicas[0].kmsKeyArn",
      ),
      refused(
        "a replica sealed by a key of another region",
        { replicas: [{ regionName: "us-east-1", kmsKeyArn: keyIn("eu-west-1") }], ...streamed },
        "replicas[0].kmsKeyArn",
      ),
      {
        ...refused("a replica where the table is", {
          replicas: [{ regionName: "eu-west-1", kmsKeyArn: keyIn("eu-west-1") }],
          ...streamed,
        }),
        at: "create",
      },
      {
        name: "a key that does not exist",
        with: (made) => ({
          serverSideEncryption: { enabled: true, kmsKeyArn: `${String(made["key"]?.outputs["arn"])}0` },
        }),
        code: "ValidationException",
        at: "create",
      },
    ],
  },
  {
    type: TABLE,
    smallest: () => ({ ...onDemand, billingMode: "PROVISIONED", readCapacity: 1, writeCapacity: 1 }),
    id: /^sessions$/,
    outputs: { readCapacity: 1 },
    change: { readCapacity: 5, streamEnabled: true, streamViewType: "NEW_IMAGE" },
  },
];

conformance(cases);

describe("a table", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("that is protected cannot be deleted until its protection is taken away", async () => {
    const engine = await sandbox.engine();
    const inputs = { ...onDemand, name: "protected", deletionProtectionEnabled: true };
    const table = await engine.create(TABLE, inputs);
    await expect(engine.remove(TABLE, table)).rejects.toThrow("ValidationException: Resource cannot be deleted");
    const open = await engine.update(TABLE, table, { ...inputs, deletionProtectionEnabled: false });
    await engine.remove(TABLE, open);
    expect(await engine.read(TABLE, "protected", open)).toBeUndefined();
  });

  it("has a stream while one is enabled, and keeps it through other changes", async () => {
    const engine = await sandbox.engine();
    const inputs = { ...onDemand, name: "streamed", streamEnabled: true, streamViewType: "NEW_IMAGE" };
    const table = await engine.create(TABLE, inputs);
    expect(table.outputs["streamArn"]).toMatch(/:table\/streamed\/stream\/\d{4}-/);
    const tagged = await engine.update(TABLE, table, { ...inputs, tags: { team: "lobby" } });
    expect(tagged.outputs["streamArn"]).toBe(table.outputs["streamArn"]);
    const silent = await engine.update(TABLE, tagged, { ...inputs, streamEnabled: false });
    expect(silent.outputs["streamArn"]).toBe("");
  });

  it("moves its expiry to another attribute only after it was off", async () => {
    const engine = await sandbox.engine();
    const inputs = { ...onDemand, name: "expiring", ttl: { attributeName: "expiresAt", enabled: true } };
    const table = await engine.create(TABLE, inputs);
    const moved = { ...inputs, ttl: { attributeName: "endsAt", enabled: true } };
    await expect(engine.update(TABLE, table, moved)).rejects.toThrow("ValidationException: TimeToLive is active");
    const off = await engine.update(TABLE, table, { ...inputs, ttl: { attributeName: "", enabled: false } });
    expect((await engine.update(TABLE, off, moved)).outputs["ttl"]).toEqual(moved.ttl);
  });

  it("is the same in whatever order its attributes and indexes are written", async () => {
    const engine = await sandbox.engine();
    const inputs = { ...onDemand, ...both, name: "ordered", globalSecondaryIndexes: [byColour] };
    const table = await engine.create(TABLE, inputs);
    const turned = { ...inputs, attributes: [text("colour"), text("sessionId")] };
    expect(await engine.diff(TABLE, table.id, inputs, turned)).toMatchObject({ changes: false });
  });

  it("is not judged by keys that a preview does not know yet", async () => {
    const engine = await sandbox.engine();
    const { failures } = await engine.check(TABLE, { ...onDemand, hashKey: UNKNOWN, billingMode: UNKNOWN });
    expect(failures).toEqual([]);
  });
});
