import type { ResourceModel, Service } from "../model/model.ts";
import type { PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { missingKey } from "./kmsKeys.ts";
import { policyRule } from "./policyDocument.ts";
import { missingPrincipal } from "./policyPrincipals.ts";
import { TOPIC } from "./sns.ts";
import { tagsRule } from "./tags.ts";

export const VAULT = "aws:backup/vault:Vault";
const POLICY = "aws:backup/vaultPolicy:VaultPolicy";
const LOCK = "aws:backup/vaultLockConfiguration:VaultLockConfiguration";
const NOTIFICATIONS = "aws:backup/vaultNotifications:VaultNotifications";

export const INVALID = "InvalidParameterValueException";
export const NOT_FOUND = "ResourceNotFoundException";

/** Source of the codes: AWS Backup API reference, the errors of each action. */
export const backup: Service = {
  name: "backup",
  codes: {
    missing: "MissingParameterValueException",
    invalid: INVALID,
    notFound: NOT_FOUND,
    inUse: "InvalidRequestException",
    throttled: "ThrottlingException",
  },
};

/** Names of vaults, plans and selections. Source: AWS Backup API reference, BackupVaultName and BackupSelection. */
export const nameRule: PropertyRule = { immutable: true, pattern: "^[a-zA-Z0-9_-]{2,50}$" };

const vault: ResourceModel = {
  type: VAULT,
  service: backup,
  inputs: inputsOf(VAULT, {
    name: nameRule,
    // Of a vault that stands, the key cannot be changed; the provider makes another one.
    kmsKeyArn: { immutable: true },
    tags: tagsRule(INVALID),
  }),
  autoname: { property: "name", maxLength: 50 },
  unique: [{ by: ["name"], code: "AlreadyExistsException" }],
  refuse: (draft) => missingKey(draft, "kmsKeyArn", { code: INVALID }),
  removes: ({ id }, cloud) =>
    [POLICY, LOCK, NOTIFICATIONS]
      .flatMap((type) => cloud.all(type))
      .filter(({ outputs }) => outputs["backupVaultName"] === id),
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place }) => arn("backup", place, `backup-vault:${id}`),
    kmsKeyArn: ({ place, cloud }) => arn("kms", place, `key/${cloud.random.uuid()}`),
    recoveryPoints: () => 0,
  },
  keys: ["arn"],
  seconds: { create: 2, delete: 2 },
};

/** What is said of a vault is part of it: it goes with it. */
const ofVault: PropertyRule = { immutable: true, ref: { type: VAULT, code: NOT_FOUND, holds: false } };

function partOfVault(type: string, model: Omit<ResourceModel, "type" | "service" | "id" | "outputs">): ResourceModel {
  return {
    type,
    service: backup,
    ...model,
    id: ({ inputs }) => text(inputs, "backupVaultName") ?? "",
    outputs: { backupVaultArn: ({ id, place }) => arn("backup", place, `backup-vault:${id}`) },
    seconds: { create: 1, delete: 1 },
  };
}

const vaultPolicy = partOfVault(POLICY, {
  inputs: inputsOf(POLICY, { backupVaultName: ofVault, policy: policyRule("resource", INVALID) }),
  refuse: (draft) => missingPrincipal(draft, "policy", INVALID),
});

/** Source of the limits: AWS Backup API reference, PutBackupVaultLockConfiguration. The provider changes none of them in place. */
const days = (least: number): PropertyRule => ({ immutable: true, min: least, max: 36_500 });
const DAY_MS = 86_400_000;

const vaultLock = partOfVault(LOCK, {
  inputs: inputsOf(LOCK, {
    backupVaultName: ofVault,
    changeableForDays: days(3),
    minRetentionDays: days(1),
    maxRetentionDays: days(1),
  }),
  check: ({ minRetentionDays, maxRetentionDays }: Properties) =>
    typeof minRetentionDays === "number" && typeof maxRetentionDays === "number" && minRetentionDays > maxRetentionDays
      ? [
          {
            code: INVALID,
            message: "minRetentionDays must not be above maxRetentionDays",
            property: "minRetentionDays",
          },
        ]
      : [],
  // In compliance mode, once the days of grace are over, nobody takes the lock away again: not AWS either.
  refuseDelete: ({ outputs, createdAt }, { now }) => {
    const { changeableForDays } = outputs;
    if (typeof changeableForDays !== "number") return undefined;
    if (Date.parse(now) < Date.parse(createdAt) + changeableForDays * DAY_MS) return undefined;
    return { code: "InvalidRequestException", message: `the lock of ${text(outputs, "backupVaultName")} is immutable` };
  },
});

/** Source: AWS Backup API reference, PutBackupVaultNotifications. */
const EVENTS = [
  "BACKUP_JOB_STARTED",
  "BACKUP_JOB_COMPLETED",
  "COPY_JOB_STARTED",
  "COPY_JOB_SUCCESSFUL",
  "COPY_JOB_FAILED",
  "RESTORE_JOB_STARTED",
  "RESTORE_JOB_COMPLETED",
  "RECOVERY_POINT_MODIFIED",
  "S3_BACKUP_OBJECT_FAILED",
  "S3_RESTORE_OBJECT_FAILED",
];

const vaultNotifications = partOfVault(NOTIFICATIONS, {
  inputs: inputsOf(NOTIFICATIONS, {
    backupVaultName: ofVault,
    backupVaultEvents: { immutable: true, unordered: true, minItems: 1, items: { enum: EVENTS } },
    snsTopicArn: { immutable: true, ref: { type: TOPIC, by: "arn", code: INVALID, holds: false } },
  }),
});

/** The vaults of AWS Backup, and what is said of each. */
export const backupVaults: readonly ResourceModel[] = [vault, vaultPolicy, vaultLock, vaultNotifications];
