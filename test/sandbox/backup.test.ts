import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const VAULT = "aws:backup/vault:Vault";
const POLICY = "aws:backup/vaultPolicy:VaultPolicy";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const NOTIFICATIONS = "aws:backup/vaultNotifications:VaultNotifications";
const PLAN = "aws:backup/plan:Plan";
const SELECTION = "aws:backup/selection:Selection";
const REPORT = "aws:backup/reportPlan:ReportPlan";
const TEST = "aws:backup/restoreTestingPlan:RestoreTestingPlan";
const TEST_SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection";
const INVALID = "InvalidParameterValueException";
const away = "eu-central-1";

const arnOf = (made: Made, name: string): string => String(made[name]?.outputs["arn"]);

const ground = async ({ make }: Workshop): Promise<Made> => {
  const trusted = { Effect: "Allow", Principal: { Service: "backup.amazonaws.com" }, Action: "sts:AssumeRole" };
  return {
    vault: await make(VAULT, { name: "home" }),
    other: await make(VAULT, { name: "other" }),
    copies: await make(VAULT, { name: "copies", region: away }),
    topic: await make("aws:sns/topic:Topic", { name: "jobs" }),
    role: await make("aws:iam/role:Role", {
      name: "backup",
      assumeRolePolicy: JSON.stringify({ Version: "2012-10-17", Statement: [trusted] }),
    }),
  };
};
const planned = async (workshop: Workshop): Promise<Made> => {
  const made = await ground(workshop);
  const rules = [ruleOf()];
  return {
    ...made,
    plan: await workshop.make(PLAN, { name: "gold", rules }),
    silver: await workshop.make(PLAN, { name: "silver", rules }),
    test: await workshop.make(TEST, testOf()),
  };
};

const ruleOf = (changed: Properties = {}): Properties => ({
  ruleName: "daily",
  targetVaultName: "home",
  schedule: "cron(0 3 * * ? *)",
  lifecycle: { deleteAfter: 35 },
  ...changed,
});
const selected: Properties = {
  algorithm: "LATEST_WITHIN_WINDOW",
  includeVaults: ["*"],
  recoveryPointTypes: ["SNAPSHOT"],
};
const testOf = (): Properties => ({
  name: "monthly",
  scheduleExpression: "cron(0 3 ? * 2#1 *)",
  recoveryPointSelection: selected,
});
const denial = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Deny", Principal: "*", Action: "backup:DeleteRecoveryPoint", Resource: "*" }],
});

const cases: readonly ConformanceCase[] = [
  {
    type: VAULT,
    smallest: () => ({ name: "home" }),
    id: /^home$/,
    outputs: { arn: /^arn:aws:backup:eu-west-1:\d{12}:backup-vault:home$/, kmsKeyArn: /:key\//, recoveryPoints: 0 },
    change: { forceDestroy: true, tags: { team: "lobby" } },
    replace: { name: "elsewhere" },
    spoiled: [
      { name: "a name with a dot", with: { name: "my.vault" }, code: INVALID },
      { name: "a name that is too long", with: { name: "v".repeat(51) }, code: INVALID },
      {
        name: "a key that does not exist",
        with: { kmsKeyArn: "00000000-0000-0000-0000-000000000000" },
        code: INVALID,
        at: "create",
      },
    ],
    taken: { code: "AlreadyExistsException" },
  },
  {
    type: POLICY,
    needs: ground,
    smallest: () => ({ backupVaultName: "home", policy: denial }),
    id: /^home$/,
    outputs: { backupVaultArn: /:backup-vault:home$/ },
    change: { policy: denial.replace("DeleteRecoveryPoint", "CopyIntoBackupVault") },
    replace: { backupVaultName: "other" },
    spoiled: [
      { name: "a policy that is none", with: { policy: "{}" }, code: INVALID },
      {
        name: "a vault that does not exist",
        with: { backupVaultName: "none" },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
  },
  {
    type: LOCK,
    needs: ground,
    smallest: () => ({ backupVaultName: "home", minRetentionDays: 7, maxRetentionDays: 365 }),
    id: /^home$/,
    outputs: { backupVaultArn: /:backup-vault:home$/ },
    replace: { backupVaultName: "other" },
    spoiled: [
      { name: "too little grace", with: { changeableForDays: 2 }, code: INVALID },
      { name: "bounds that cross", with: { minRetentionDays: 366 }, code: INVALID },
      {
        name: "a vault that does not exist",
        with: { backupVaultName: "none" },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
  },
  {
    type: NOTIFICATIONS,
    needs: ground,
    smallest: (made) => ({
      backupVaultName: "home",
      backupVaultEvents: ["COPY_JOB_FAILED"],
      snsTopicArn: arnOf(made, "topic"),
    }),
    id: /^home$/,
    replace: { backupVaultName: "other" },
    spoiled: [
      {
        name: "an event that is sent no more",
        with: { backupVaultEvents: ["BACKUP_JOB_FAILED"] },
        code: INVALID,
        property: "backupVaultEvents[0]",
      },
      {
        name: "a topic that does not exist",
        with: { snsTopicArn: "arn:aws:sns:eu-west-1:100000000001:nowhere" },
        code: INVALID,
        at: "create",
      },
    ],
  },
  {
    type: PLAN,
    needs: ground,
    smallest: () => ({ name: "gold", rules: [ruleOf()] }),
    id: /^[0-9a-f-]{36}$/,
    outputs: { arn: /:backup-plan:/, version: /^[0-9a-f]+$/ },
    change: (made) => ({
      rules: [
        ruleOf({ copyActions: [{ destinationVaultArn: arnOf(made, "copies"), lifecycle: { deleteAfter: 35 } }] }),
      ],
    }),
    replace: { name: "silver" },
    spoiled: [
      {
        name: "less than 90 days in cold storage",
        with: { rules: [ruleOf({ lifecycle: { coldStorageAfter: 30, deleteAfter: 119 } })] },
        code: INVALID,
      },
      {
        name: "a schedule that is none",
        with: { rules: [ruleOf({ schedule: "daily" })] },
        code: INVALID,
        property: "rules[0].schedule",
      },
      {
        name: "a vault that does not exist",
        with: { rules: [ruleOf({ targetVaultName: "none" })] },
        code: "ResourceNotFoundException",
        at: "create",
      },
      {
        name: "copies into a vault that does not exist",
        with: (made) => ({
          rules: [
            ruleOf({ copyActions: [{ destinationVaultArn: arnOf(made, "copies").replace(":copies", ":none") }] }),
          ],
        }),
        code: INVALID,
        at: "create",
      },
    ],
    dependant: {
      type: SELECTION,
      inputs: ({ id }, made) => ({ name: "all", planId: id, iamRoleArn: arnOf(made, "role"), resources: ["*"] }),
      code: "InvalidRequestException",
    },
  },
  {
    type: SELECTION,
    needs: planned,
    smallest: (made) => ({
      name: "all",
      planId: made["plan"]?.id ?? "",
      iamRoleArn: arnOf(made, "role"),
      resources: ["*"],
    }),
    id: /^[0-9a-f-]{36}$/,
    outputs: { notResources: [], conditions: [] },
    replace: (made) => ({ planId: made["silver"]?.id ?? "" }),
    spoiled: [
      { name: "nothing selected", with: { resources: null }, code: INVALID, property: "resources" },
      { name: "a plan that does not exist", with: { planId: "none" }, code: INVALID, at: "create" },
      {
        name: "a role that does not exist",
        with: (made) => ({ iamRoleArn: arnOf(made, "role").replace("role/backup", "role/nobody") }),
        code: INVALID,
        at: "create",
      },
    ],
  },
  {
    type: REPORT,
    smallest: () => ({
      name: "backups",
      reportDeliveryChannel: { s3BucketName: "reports" },
      reportSetting: { reportTemplate: "BACKUP_JOB_REPORT" },
    }),
    id: /^backups$/,
    outputs: { arn: /:report-plan:backups-/, deploymentStatus: "COMPLETED" },
    change: { description: "of each night", reportSetting: { reportTemplate: "COPY_JOB_REPORT" } },
    replace: { name: "copies" },
    spoiled: [
      { name: "a name with a hyphen", with: { name: "my-backups" }, code: INVALID },
      {
        name: "a report there is not",
        with: { reportSetting: { reportTemplate: "JOBS" } },
        code: INVALID,
        property: "reportSetting.reportTemplate",
      },
    ],
    taken: { code: "AlreadyExistsException" },
  },
  {
    type: TEST,
    smallest: () => testOf(),
    id: /^monthly$/,
    outputs: { arn: /:restore-testing-plan:monthly-/, startWindowHours: 24 },
    change: { scheduleExpression: "cron(0 4 ? * 2#1 *)", tags: { team: "lobby" } },
    replace: { name: "weekly" },
    spoiled: [
      { name: "a name with a hyphen", with: { name: "each-month" }, code: INVALID },
      {
        name: "a vault that does not exist",
        with: {
          recoveryPointSelection: {
            ...selected,
            includeVaults: ["arn:aws:backup:eu-west-1:100000000001:backup-vault:none"],
          },
        },
        code: INVALID,
        at: "create",
      },
    ],
    taken: { code: "AlreadyExistsException" },
  },
  {
    type: TEST_SELECTION,
    needs: planned,
    smallest: (made) => ({
      name: "tables",
      restoreTestingPlanName: "monthly",
      protectedResourceType: "DynamoDB",
      protectedResourceArns: ["*"],
      iamRoleArn: arnOf(made, "role"),
    }),
    id: /^tables:monthly$/,
    change: { validationWindowHours: 24 },
    replace: { protectedResourceType: "EBS" },
    spoiled: [
      {
        name: "nothing selected",
        with: { protectedResourceArns: null },
        code: INVALID,
        property: "protectedResourceArns",
      },
      { name: "a type that cannot be restored", with: { protectedResourceType: "Lambda" }, code: INVALID },
      {
        name: "a plan that does not exist",
        with: { restoreTestingPlanName: "none" },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
    taken: { code: "AlreadyExistsException" },
  },
];

conformance(cases);
