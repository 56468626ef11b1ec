import { Alias } from "@pulumi/aws/kms/alias.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";
import { arn, policyDocument, type Statement, sealingBy } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface EncryptionKeyArgs {
  readonly context: StackContext;
  /** What it is for; part of its alias. Default `data`. */
  readonly role?: string;
  /** Who else may use it, besides what every stack's key lets. */
  readonly statements?: readonly Statement[];
}

/** Days between asking for a key's deletion and losing all it encrypted. Source: AWS KMS API, ScheduleKeyDeletion (7 to 30). */
const deletionWindow = { production: 30, elsewhere: 7 } as const;

/** The stack's one key, rotated yearly: for the session store, log groups, the alarm topic, secrets of cluster and service. */
export class EncryptionKey extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;

  constructor(name: string, { context, role = "data", statements = [] }: EncryptionKeyArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "EncryptionKey"), name, {}, place);
    const key = new Key(
      `${name}-key`,
      {
        description: `Data of ${context.placement.stackSet} in ${context.placement.region}`,
        enableKeyRotation: true,
        deletionWindowInDays: context.production ? deletionWindow.production : deletionWindow.elsewhere,
        policy: policyDocument([...keyStatements(context), ...statements]),
        tags: context.storeTags(`${name}-key`),
      },
      { parent: this },
    );
    new Alias(
      `${name}-alias`,
      { name: pulumi.interpolate`alias/${context.name("other", role)}`, targetKeyId: key.id },
      { parent: this },
    );
    this.arn = key.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

/**
 * The account administers the key through its own IAM policies (without that statement nobody could, ever again); the services that
 * write without a role of ours may use it for this account's things only.
 */
function keyStatements(context: StackContext): readonly Statement[] {
  const { accountId, partition, placement } = context;
  const use = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"];
  return [
    {
      Sid: "AccountAdministers",
      Effect: "Allow",
      Principal: { AWS: `arn:${partition.name}:iam::${accountId}:root` },
      Action: "kms:*",
      Resource: "*",
    },
    {
      Sid: "LogGroupsOfThisAccount",
      Effect: "Allow",
      Principal: { Service: `logs.${placement.region}.${partition.dnsSuffix}` },
      Action: use,
      Resource: "*",
      Condition: { ArnLike: { "kms:EncryptionContext:aws:logs:arn": arn(context, "logs", "log-group:*") } },
    },
    sealingBy(context, "AlarmsFromCloudWatch", "cloudwatch.amazonaws.com"),
    sealingBy(context, "AlarmsFromBudgets", "budgets.amazonaws.com"),
  ];
}
