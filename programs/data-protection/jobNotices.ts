import { VaultNotifications } from "@pulumi/aws/backup/vaultNotifications.js";
import { Topic } from "@pulumi/aws/sns/topic.js";
import { TopicPolicy } from "@pulumi/aws/sns/topicPolicy.js";
import { TopicSubscription } from "@pulumi/aws/sns/topicSubscription.js";
import * as pulumi from "@pulumi/pulumi";
import type { BackupVault } from "../components/backupVault.ts";
import { type Statement, sealingBy, topicPolicyDocument } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface JobNoticesArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly email: string | undefined;
  readonly vault: BackupVault;
}

/**
 * What AWS Backup reports; the events whose names say that a job failed are no longer sent, but for copies (AWS Backup API
 * reference, PutBackupVaultNotifications). How a job ended is an attribute of its message.
 */
const backupVaultEvents = ["BACKUP_JOB_COMPLETED", "COPY_JOB_FAILED", "RESTORE_JOB_COMPLETED"];
const notCompleted = JSON.stringify({ State: [{ "anything-but": ["COMPLETED"] }] });

const backupService = "backup.amazonaws.com";

/** What AWS Backup needs of the key, to publish on a topic under it. */
export function noticesUseKey(context: StackContext): Statement {
  return sealingBy(context, "NoticesFromBackup", backupService);
}

/** Says how each backup, copy and restore ended; mail is sent of those that did not complete. */
export class JobNotices extends pulumi.ComponentResource {
  readonly topicArn: pulumi.Output<string>;

  constructor(name: string, { context, keyArn, email, vault }: JobNoticesArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "JobNotices"), name, {}, place);
    const child = { parent: this };
    const topic = new Topic(
      `${name}-topic`,
      { name: context.name("other", "backup-jobs"), kmsMasterKeyId: keyArn, tags: context.tags(`${name}-topic`) },
      child,
    );
    const policy = new TopicPolicy(
      `${name}-topic`,
      {
        arn: topic.arn,
        policy: topicPolicyDocument(context, topic.arn, [backupService]),
      },
      child,
    );
    if (email !== undefined) {
      new TopicSubscription(
        `${name}-email`,
        { topic: topic.arn, protocol: "email", endpoint: email, filterPolicy: notCompleted },
        child,
      );
    }
    new VaultNotifications(
      `${name}-vault`,
      { backupVaultName: vault.vaultName, backupVaultEvents, snsTopicArn: topic.arn },
      // A vault has one topic: made before the old one is deleted, the new one would be deleted along.
      { parent: this, dependsOn: [policy], deleteBeforeReplace: true },
    );
    this.topicArn = topic.arn;
    this.registerOutputs({ topicArn: this.topicArn });
  }
}
