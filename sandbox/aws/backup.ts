import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, type Properties, text, texts, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { backup, backupVaults, INVALID, NOT_FOUND, nameRule, VAULT } from "./backupVaults.ts";
import { ROLE } from "./iamRole.ts";
import { tagsRule } from "./tags.ts";

const PLAN = "aws:backup/plan:Plan";
const SELECTION = "aws:backup/selection:Selection";
const REPORT = "aws:backup/reportPlan:ReportPlan";
const TEST = "aws:backup/restoreTestingPlan:RestoreTestingPlan";
const TEST_SELECTION = "aws:backup/restoreTestingSelection:RestoreTestingSelection";

/** What went to cold storage stays there for 90 days. Source: AWS Backup API reference, Lifecycle. */
const COLD_DAYS = 90;

const schedule: PropertyRule = { pattern: "^(cron|rate)\\(.+\\)$" };
const roleRule: PropertyRule = { ref: { type: ROLE, by: "arn", code: INVALID, holds: false } };

const plan: ResourceModel = {
  type: PLAN,
  service: backup,
  inputs: inputsOf(PLAN, {
    name: { ...nameRule, pattern: "^[a-zA-Z0-9._-]{1,50}$" },
    rules: {
      unordered: true,
      minItems: 1,
      items: {
        properties: {
          ruleName: { pattern: "^[a-zA-Z0-9._-]{1,50}$" },
          targetVaultName: { ref: { type: VAULT, code: NOT_FOUND, holds: false } },
          schedule,
          startWindow: { default: 60, min: 60 },
          completionWindow: { default: 180, min: 60 },
          scheduleExpressionTimezone: { default: "Etc/UTC" },
          copyActions: { unordered: true },
        },
      },
    },
    tags: tagsRule(INVALID),
  }),
  check: (inputs) => lifecyclesOf(inputs).flatMap(tooShort),
  refuse: missingDestination,
  id: ({ cloud }) => cloud.random.uuid(),
  outputs: {
    arn: ({ id, place }) => arn("backup", place, `backup-plan:${id}`),
    version: { onWrite: ({ cloud }) => cloud.random.hex(24), exceptFor: ["tags", "tagsAll"] },
  },
  seconds: { create: 1, update: 1, delete: 1 },
};

const rulesOf = (inputs: Properties): readonly Properties[] => list(inputs, "rules").filter(isProperties);
const copiesOf = (rule: Properties): readonly Properties[] => list(rule, "copyActions").filter(isProperties);

function lifecyclesOf(inputs: Properties): readonly Properties[] {
  return rulesOf(inputs).flatMap((rule) => [rule, ...copiesOf(rule)].map((each) => object(each, "lifecycle")));
}

function tooShort({ coldStorageAfter, deleteAfter }: Properties): readonly Problem[] {
  if (typeof coldStorageAfter !== "number" || typeof deleteAfter !== "number") return [];
  if (deleteAfter >= coldStorageAfter + COLD_DAYS) return [];
  const message = `Invalid lifecycle. DeleteAfterDays cannot be less than ${COLD_DAYS} days apart from MoveToColdStorageAfterDays`;
  return [{ code: INVALID, message, property: "rules" }];
}

/** AWS finds out only when the first copy is due; a vault of another account cannot be seen from here. */
function missingDestination({ inputs, place, cloud }: Draft): Problem | undefined {
  const wanted = rulesOf(inputs).flatMap((rule) =>
    copiesOf(rule).map((copy) => text(copy, "destinationVaultArn") ?? ""),
  );
  const known = cloud.everywhere(VAULT).map(({ outputs }) => outputs["arn"]);
  const missing = wanted.find((each) => each.includes(`:${place.account}:`) && !known.includes(each));
  if (missing === undefined) return undefined;
  return { code: INVALID, message: `Backup vault ${missing} does not exist`, property: "rules" };
}

/** None of it is changed in place: the API has no update of a selection. */
const fixed: PropertyRule = { immutable: true };

const selection: ResourceModel = {
  type: SELECTION,
  service: backup,
  inputs: inputsOf(SELECTION, {
    name: { ...nameRule, pattern: "^[a-zA-Z0-9._-]{1,50}$" },
    planId: { immutable: true, ref: { type: PLAN, code: INVALID } },
    iamRoleArn: { immutable: true, ...roleRule },
    resources: { ...fixed, unordered: true },
    notResources: { ...fixed, unordered: true },
    conditions: fixed,
    selectionTags: { ...fixed, unordered: true, items: { properties: { type: { enum: ["STRINGEQUALS"] } } } },
  }),
  check: (inputs) =>
    ["resources", "selectionTags"].some((name) => inputs[name] !== undefined)
      ? []
      : [{ code: INVALID, message: "a selection names resources or tags", property: "resources" }],
  id: ({ cloud }) => cloud.random.uuid(),
  outputs: { notResources: () => [], conditions: () => [] },
  seconds: { create: 1, delete: 1 },
};

/** Source: AWS Backup API reference, ReportSetting. */
const TEMPLATES = [
  "RESOURCE_COMPLIANCE_REPORT",
  "CONTROL_COMPLIANCE_REPORT",
  "BACKUP_JOB_REPORT",
  "COPY_JOB_REPORT",
  "RESTORE_JOB_REPORT",
  "SCAN_JOB_REPORT",
];

/** Its bucket is not looked up: the first report comes a day later, and until then the bucket may still be made. */
const reportPlan: ResourceModel = {
  type: REPORT,
  service: backup,
  inputs: inputsOf(REPORT, {
    name: { pattern: "^[a-zA-Z][_a-zA-Z0-9]{0,255}$" },
    reportDeliveryChannel: {
      properties: {
        formats: { items: { enum: ["CSV", "JSON"] } },
      },
    },
    reportSetting: { properties: { reportTemplate: { enum: TEMPLATES } } },
    tags: tagsRule(INVALID),
  }),
  unique: [{ by: ["name"], code: "AlreadyExistsException" }],
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place, cloud }) => arn("backup", place, `report-plan:${id}-${cloud.random.uuid()}`),
    creationTime: ({ cloud }) => cloud.now,
    deploymentStatus: () => "COMPLETED",
  },
  seconds: { create: 5, update: 5, delete: 5 },
};

/** Letters, digits and underscores. Source: AWS Backup API reference, RestoreTestingPlanForCreate. */
const testName: PropertyRule = { immutable: true, pattern: "^[a-zA-Z0-9_]{1,50}$" };

const restoreTest: ResourceModel = {
  type: TEST,
  service: backup,
  inputs: inputsOf(TEST, {
    name: testName,
    scheduleExpression: schedule,
    startWindowHours: { min: 1, max: 168 },
    recoveryPointSelection: { properties: { selectionWindowDays: { min: 1, max: 365, default: 30 } } },
    tags: tagsRule(INVALID),
  }),
  unique: [{ by: ["name"], code: "AlreadyExistsException" }],
  refuse: ({ inputs, cloud }) => missingVault(object(inputs, "recoveryPointSelection"), cloud),
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place, cloud }) => arn("backup", place, `restore-testing-plan:${id}-${cloud.random.uuid()}`),
    scheduleExpressionTimezone: () => "Etc/UTC",
    startWindowHours: () => 24,
  },
  seconds: { create: 2, update: 2, delete: 2 },
};

/** Vaults are named by ARN, `*` stands for all. */
function missingVault(chosen: Properties, cloud: CloudView): Problem | undefined {
  const named = [...texts(chosen["includeVaults"]), ...texts(chosen["excludeVaults"])];
  const missing = named.find((each) => !each.includes("*") && cloud.find(VAULT, each, "arn") === undefined);
  if (missing === undefined) return undefined;
  return { code: INVALID, message: `Backup vault ${missing} does not exist`, property: "recoveryPointSelection" };
}

/** Source: AWS Backup API reference, RestoreTestingSelectionForCreate. */
const RESTORABLE = ["Aurora", "DocumentDB", "DynamoDB", "EBS", "EC2", "EFS", "FSx", "Neptune", "RDS", "S3"];

const restoreSelection: ResourceModel = {
  type: TEST_SELECTION,
  service: backup,
  inputs: inputsOf(TEST_SELECTION, {
    name: testName,
    restoreTestingPlanName: { ref: { type: TEST, code: NOT_FOUND } },
    protectedResourceType: { enum: RESTORABLE },
    iamRoleArn: roleRule,
    validationWindowHours: { min: 1, max: 168 },
    protectedResourceArns: { maxItems: 30 },
  }),
  unique: [{ by: ["restoreTestingPlanName", "name"], code: "AlreadyExistsException" }],
  check: (inputs) => {
    const chosen: readonly (Value | undefined)[] = [
      inputs["protectedResourceArns"],
      inputs["protectedResourceConditions"],
    ];
    if (chosen.some((each) => each !== undefined)) return [];
    const message = "a restore testing selection names resources or conditions";
    return [{ code: INVALID, message, property: "protectedResourceArns" }];
  },
  id: ({ inputs }) => `${text(inputs, "name")}:${text(inputs, "restoreTestingPlanName")}`,
  outputs: { protectedResourceArns: () => [], restoreMetadataOverrides: () => ({}), validationWindowHours: () => 0 },
  seconds: { create: 2, update: 2, delete: 2 },
};

/** AWS Backup. */
export const backupModels: readonly ResourceModel[] = [
  ...backupVaults,
  plan,
  selection,
  reportPlan,
  restoreTest,
  restoreSelection,
];
