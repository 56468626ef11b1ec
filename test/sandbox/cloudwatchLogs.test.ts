import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const GROUP = "aws:cloudwatch/logGroup:LogGroup";
const STREAM = "aws:cloudwatch/logStream:LogStream";
const KEY = "aws:kms/key:Key";

const owner = { Effect: "Allow", Principal: { AWS: "*" }, Action: "kms:PutKeyPolicy", Resource: "*" };

/** A key that a service may use, besides its owner's account. */
const withKeyFor =
  (service: string) =>
  async ({ make, engine }: Workshop): Promise<Made> => {
    const { accountId } = await engine.invoke("aws:index/getCallerIdentity:getCallerIdentity", {});
    const root = { ...owner, Principal: { AWS: `arn:aws:iam::${String(accountId)}:root` } };
    const user = { Effect: "Allow", Principal: { Service: service }, Action: "kms:GenerateDataKey*", Resource: "*" };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [root, user] });
    return { key: await make(KEY, { policy }) };
  };

const cases: readonly ConformanceCase[] = [
  {
    type: STREAM,
    needs: async ({ make }) => ({
      group: await make(GROUP, { name: "/meridian/delivery" }),
      other: await make(GROUP, { name: "/meridian/other" }),
    }),
    smallest: () => ({ logGroupName: "/meridian/delivery", name: "lake" }),
    id: /^\/meridian\/delivery:lake$/,
    outputs: { arn: /^arn:aws:logs:eu-west-1:\d{12}:log-group:\/meridian\/delivery:log-stream:lake$/ },
    replace: { logGroupName: "/meridian/other" },
    spoiled: [
      { name: "a name with a colon", with: { name: "a:b" }, code: "InvalidParameterException" },
      {
        name: "a group that does not exist",
        with: { logGroupName: "/meridian/nowhere" },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
    taken: { code: "ResourceAlreadyExistsException" },
  },
  {
    type: GROUP,
    smallest: () => ({ name: "/meridian/flow-logs" }),
    id: /^\/meridian\/flow-logs$/,
    outputs: {
      arn: /^arn:aws:logs:eu-west-1:\d{12}:log-group:\/meridian\/flow-logs$/,
      logGroupClass: "STANDARD",
      retentionInDays: 0,
    },
    change: { retentionInDays: 30, tags: { team: "lobby" } },
    replace: { name: "/meridian/other-logs" },
    spoiled: [
      { name: "a name with a space", with: { name: "flow logs" }, code: "InvalidParameterException" },
      { name: "a retention there is not", with: { retentionInDays: 10 }, code: "InvalidParameterException" },
      { name: "a class there is not", with: { logGroupClass: "CHEAP" }, code: "InvalidParameterException" },
      {
        name: "long retention in the class DELIVERY",
        with: { retentionInDays: 30, logGroupClass: "DELIVERY" },
        code: "InvalidParameterException",
      },
      { name: "an alias as its key", with: { kmsKeyId: "alias/data" }, code: "InvalidParameterException" },
    ],
    taken: { code: "ResourceAlreadyExistsException" },
  },
  {
    type: GROUP,
    needs: withKeyFor("logs.eu-west-1.amazonaws.com"),
    smallest: (made) => ({ name: "encrypted", kmsKeyId: made["key"]?.outputs["arn"] ?? "" }),
    id: /^encrypted$/,
    change: { kmsKeyId: null },
  },
  {
    type: GROUP,
    needs: withKeyFor("sns.amazonaws.com"),
    smallest: () => ({ name: "encrypted" }),
    id: /^encrypted$/,
    spoiled: [
      {
        name: "a key that does not exist",
        with: (made) => ({ kmsKeyId: `${String(made["key"]?.outputs["arn"])}0` }),
        code: "InvalidParameterException",
        at: "create",
      },
      {
        name: "a key that does not let the service write",
        with: (made) => ({ kmsKeyId: made["key"]?.outputs["arn"] ?? "" }),
        code: "InvalidParameterException",
        at: "create",
      },
    ],
  },
];

conformance(cases);

describe("a protected log group", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("cannot be deleted until its protection is taken away", async () => {
    const engine = await sandbox.engine();
    const group = await engine.create(GROUP, { name: "audit", deletionProtectionEnabled: true });
    await expect(engine.remove(GROUP, group)).rejects.toThrow("ValidationException:");
    const open = await engine.update(GROUP, group, { name: "audit", deletionProtectionEnabled: false });
    await engine.remove(GROUP, open);
    expect(await engine.read(GROUP, "audit", open)).toBeUndefined();
  });
});
