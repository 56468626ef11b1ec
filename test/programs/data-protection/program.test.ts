import { describe, expect, it } from "vitest";
import { development, production, type RecordedResource, recordBlueprint } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";

const blueprint = "data-protection";
const copyRegions = { "eu-west-1": "eu-central-1" };

async function record(inputs: object = {}, placement = development) {
  const stack = await recordBlueprint({ blueprint, inputs, placement });
  const ofType = (type: string): readonly RecordedResource[] => stack.resources.filter((each) => each.type === type);
  const inputsOf = (type: string) => ofType(type).map(({ inputs }) => inputs);
  return { ...stack, ofType, inputsOf };
}

const VAULT = "aws:backup/vault:Vault";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const POLICY = "aws:backup/vaultPolicy:VaultPolicy";
const KEY = "aws:kms/key:Key";

/** What a vault's policy denies, by statement. */
const denials = (policy: RecordedResource["inputs"]) =>
  // What the program itself has written.
  (JSON.parse(String(policy["policy"])) as { Statement: { Sid: string; Effect: string }[] }).Statement.map(
    ({ Sid, Effect }) => `${Effect} ${Sid}`,
  );

describe("the rules", () => {
  it.each([
    ["no inputs in development", {}, development],
    ["no inputs in production", {}, production],
    ["copies and compliance in production", { copyRegions, lock: { mode: "compliance", graceDays: 7 } }, production],
  ])("have nothing to say of %s", async (_, inputs, placement) => {
    expect(await verdictsOn({ blueprint, inputs, placement })).toEqual([]);
  });
});

describe("recovery points", () => {
  it("lie under keys of the stack's own, one in each region, that rotate", async () => {
    const { inputsOf, ofType } = await record({ copyRegions });
    expect(inputsOf(VAULT).map(({ kmsKeyArn }) => kmsKeyArn)).toEqual([
      "arn:aws:mock:encryption-key",
      "arn:aws:mock:copy-encryption-key",
    ]);
    for (const key of inputsOf(KEY)) expect(key).toMatchObject({ enableKeyRotation: true });
    const [home, copies] = [...ofType(VAULT), ...ofType(VAULT)].map(({ provider }) => provider);
    expect(copies).not.toBe(home);
    expect(ofType("pulumi:providers:aws").map(({ inputs }) => inputs["region"])).toEqual(["eu-west-1", "eu-central-1"]);
  });

  it("are copied with the same retention, where the region has a place for copies, and nowhere else", async () => {
    const rules = async (inputs: object) => {
      const [plan] = (await record(inputs)).inputsOf("aws:backup/plan:Plan");
      return plan?.["rules"];
    };
    const cold = { deleteAfter: 365, coldStorageAfter: 30, optInToArchiveForSupportedResources: true };
    expect(await rules({ copyRegions })).toMatchObject([
      {
        ruleName: "daily",
        copyActions: [{ destinationVaultArn: "arn:aws:mock:copy-vault-vault", lifecycle: { deleteAfter: 35 } }],
      },
      { ruleName: "monthly", lifecycle: cold, copyActions: [{ lifecycle: cold }] },
    ]);
    expect(await rules({ copyRegions: { "us-east-1": "us-west-2" } })).toMatchObject([
      { copyActions: [] },
      { copyActions: [] },
    ]);
  });

  it("are those of what has the tier's tags, in this environment alone", async () => {
    const [selection] = (await record({}, production)).inputsOf("aws:backup/selection:Selection");
    expect(selection).toMatchObject({
      resources: ["*"],
      conditions: [
        {
          stringEquals: [
            { key: "aws:ResourceTag/meridian:protected", value: "true" },
            { key: "aws:ResourceTag/meridian:environment", value: "production" },
          ],
        },
      ],
    });
  });
});

describe("the lock", () => {
  it("is there in production, within the tiers' bounds, and can still be taken away by who may", async () => {
    const { inputsOf } = await record({ copyRegions }, production);
    expect(inputsOf(LOCK)).toHaveLength(2);
    for (const lock of inputsOf(LOCK)) {
      expect(lock).toMatchObject({ minRetentionDays: 35, maxRetentionDays: 365 });
      expect(lock).not.toHaveProperty("changeableForDays");
    }
  });

  it("is for ever only where that is asked for, with its grace", async () => {
    const lock = { mode: "compliance", graceDays: 7 };
    expect((await record({ lock })).inputsOf(LOCK)).toMatchObject([{ changeableForDays: 7 }]);
    expect((await record()).inputsOf(LOCK)).toEqual([]);
    expect((await record({ lock: { mode: "none" } }, production)).inputsOf(LOCK)).toEqual([]);
  });
});

describe("deletion", () => {
  it("is denied to everyone while the stack is protected, and copies of other accounts always", async () => {
    const { inputsOf } = await record({}, production);
    expect(inputsOf(POLICY).map(denials)).toEqual([["Deny OnlyCopiesOfThisAccount", "Deny RecoveryPointsStay"]]);
    const open = await record({ deletionProtection: false }, production);
    expect(open.inputsOf(POLICY).map(denials)).toEqual([["Deny OnlyCopiesOfThisAccount"]]);
  });

  it("is not forced upon recovery points of production", async () => {
    expect((await record({ copyRegions }, production)).inputsOf(VAULT)).toMatchObject([
      { forceDestroy: false },
      { forceDestroy: false },
    ]);
  });
});

describe("who hears of a job that failed", () => {
  it("is the topic, and by mail nobody of those that completed", async () => {
    const { inputsOf } = await record({ alarmEmail: "oncall@example.com" });
    expect(inputsOf("aws:backup/vaultNotifications:VaultNotifications")).toMatchObject([
      { backupVaultEvents: ["BACKUP_JOB_COMPLETED", "COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED"] },
    ]);
    const filters = inputsOf("aws:sns/topicSubscription:TopicSubscription").map(({ filterPolicy }) => filterPolicy);
    expect(filters).toContain('{"State":[{"anything-but":["COMPLETED"]}]}');
  });

  it("is on call, too, when no backup at all was completed for a day and a half", async () => {
    const alarms = (await record()).inputsOf("aws:cloudwatch/metricAlarm:MetricAlarm");
    expect(alarms.find(({ metricName }) => metricName === "NumberOfBackupJobsCompleted")).toMatchObject({
      period: 36 * 3600,
      evaluationPeriods: 1,
      treatMissingData: "breaching",
    });
  });
});

describe("restore tests", () => {
  it("restore each type from this vault once a month, and are none where none are asked for", async () => {
    const { inputsOf, outputs } = await record({ restoreTests: ["S3"] });
    expect(inputsOf("aws:backup/restoreTestingPlan:RestoreTestingPlan")).toMatchObject([
      { name: "launch_restore_0a1b2c3d", recoveryPointSelection: { includeVaults: ["arn:aws:mock:vault-vault"] } },
    ]);
    expect(inputsOf("aws:backup/restoreTestingSelection:RestoreTestingSelection")).toMatchObject([
      { protectedResourceType: "S3", protectedResourceArns: ["*"] },
    ]);
    expect(outputs["restoreTestName"]).toBe("launch_restore_0a1b2c3d");
    const none = await record({ restoreTests: [] });
    expect(none.resources.filter(({ type }) => type.includes("restoreTest"))).toEqual([]);
  });
});

describe("reports", () => {
  it("go into a private bucket that their writer alone may write to", async () => {
    const { inputsOf } = await record();
    const names = inputsOf("aws:backup/reportPlan:ReportPlan").map(
      ({ reportDeliveryChannel }) => reportDeliveryChannel,
    );
    const [bucket] = inputsOf("aws:s3/bucket:Bucket");
    expect(names).toHaveLength(3);
    for (const channel of names) expect(channel).toMatchObject({ s3BucketName: bucket?.["bucket"] });
    const [policy] = inputsOf("aws:s3/bucketPolicy:BucketPolicy");
    expect(JSON.parse(String(policy?.["policy"]))).toMatchObject({
      Statement: [
        { Effect: "Deny", Condition: { Bool: { "aws:SecureTransport": "false" } } },
        {
          Effect: "Allow",
          Principal: { AWS: expect.stringMatching(/:role\/aws-service-role\/reports\.backup\./) },
          Action: "s3:PutObject",
        },
      ],
    });
  });
});
