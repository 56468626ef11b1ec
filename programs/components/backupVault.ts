import { Vault } from "@pulumi/aws/backup/vault.js";
import { VaultLockConfiguration } from "@pulumi/aws/backup/vaultLockConfiguration.js";
import { VaultPolicy } from "@pulumi/aws/backup/vaultPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface VaultLock {
  readonly minRetentionDays: number;
  readonly maxRetentionDays: number;
  /** With it nobody can take the lock away any more once so many days have passed. */
  readonly changeableForDays?: number;
}

export interface BackupVaultArgs {
  readonly context: StackContext;
  /** What it is to its stack; part of its physical name. */
  readonly role: string;
  readonly keyArn: pulumi.Input<string>;
  readonly lock: VaultLock | undefined;
}

/** Where recovery points lie, under a key of the stack's own. While the stack is protected nobody deletes one before its time. */
export class BackupVault extends pulumi.ComponentResource {
  readonly vaultName: pulumi.Output<string>;
  readonly vaultArn: pulumi.Output<string>;

  constructor(name: string, { context, role, keyArn, lock }: BackupVaultArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "BackupVault"), name, {}, place);
    const vault = new Vault(
      `${name}-vault`,
      {
        name: context.name("backup", role),
        kmsKeyArn: keyArn,
        forceDestroy: !context.production,
        tags: context.storeTags(`${name}-vault`),
      },
      { parent: this },
    );
    new VaultPolicy(
      `${name}-policy`,
      { backupVaultName: vault.name, policy: policyDocument(vaultStatements(context)) },
      { parent: this },
    );
    if (lock !== undefined) {
      new VaultLockConfiguration(
        `${name}-lock`,
        { backupVaultName: vault.name, ...lock },
        // It has no update. Made before the old one is deleted, it would be deleted along: a vault has one lock.
        { parent: this, deleteBeforeReplace: true },
      );
    }
    this.vaultName = vault.name;
    this.vaultArn = vault.arn;
    this.registerOutputs({ vaultName: this.vaultName });
  }
}

function vaultStatements(context: StackContext): readonly Statement[] {
  const everyone = { Effect: "Deny", Principal: "*", Resource: "*" } as const;
  const kept: Statement = {
    Sid: "RecoveryPointsStay",
    ...everyone,
    Action: ["backup:DeleteRecoveryPoint", "backup:DisassociateRecoveryPoint", "backup:UpdateRecoveryPointLifecycle"],
  };
  return [
    {
      Sid: "OnlyCopiesOfThisAccount",
      ...everyone,
      Action: "backup:CopyIntoBackupVault",
      Condition: { StringNotEquals: { "aws:PrincipalAccount": context.accountId } },
    },
    ...(context.deletionProtection ? [kept] : []),
  ];
}
