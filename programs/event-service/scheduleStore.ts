import { createHash } from "node:crypto";
import { Table } from "@pulumi/aws/dynamodb/table.js";
import { Key } from "@pulumi/aws/kms/key.js";
import * as pulumi from "@pulumi/pulumi";
import type { Placement } from "../blueprint.ts";
import { physicalName } from "../names.ts";
import { arn, policyDocument, type Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { EventServiceInputs } from "./inputs.ts";

export interface ScheduleStoreArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly store: EventServiceInputs["scheduleStore"];
}

/**
 * What this region's stack has to do with the store: `own` makes one for itself, `home` makes one with replicas, `replica` uses the one
 * that another region's stack makes. Undefined where the inputs leave the region out.
 */
export function placeOfStore(
  store: EventServiceInputs["scheduleStore"],
  region: string,
): "own" | "home" | "replica" | undefined {
  if (store.homeRegion === undefined) return "own";
  if (store.homeRegion === region) return "home";
  return store.replicaRegions.includes(region) ? "replica" : undefined;
}

/**
 * The name of a store that spans regions: every region's stack must come to the same one without asking another, so it cannot hold the
 * random suffix of one of them. Two teams with a stack set of the same name differ in their owner.
 */
export function sharedTableName({ stackSet, target, owner }: Placement, homeRegion: string): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([stackSet, target, owner, homeRegion]))
    .digest("hex");
  return physicalName("other", { stackSet, role: "schedule", suffix: digest.slice(0, 8) });
}

/** Which game events there are and when they start and end. */
export class ScheduleStore extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  /** Undefined where another region's stack makes the store. */
  readonly streamArn: pulumi.Output<string> | undefined;
  /** Of the store that this stack makes. */
  readonly replicaRegions: readonly string[];
  readonly #args: ScheduleStoreArgs;

  /** Throws RunError when the inputs leave this region out. */
  constructor(name: string, args: ScheduleStoreArgs, place: ComponentPlace) {
    const { context, keyArn, store } = args;
    super(componentType(context.blueprint, "ScheduleStore"), name, {}, place);
    this.#args = args;
    const { region } = context.placement;
    const part = placeOfStore(store, region);
    if (part === undefined) {
      throw new pulumi.RunError(
        `/scheduleStore/replicaRegions: add ${region}: the schedule is kept in ${[store.homeRegion, ...store.replicaRegions].join(", ")}`,
      );
    }
    const tableName =
      store.homeRegion === undefined
        ? context.name("other", "schedule")
        : pulumi.output(sharedTableName(context.placement, store.homeRegion));
    if (part === "replica") {
      this.tableName = tableName;
      this.tableArn = arn(context, "dynamodb", pulumi.interpolate`table/${tableName}`);
      this.replicaRegions = [];
      this.registerOutputs({ tableName });
      return;
    }
    const { deletionProtection } = context;
    const table = new Table(
      `${name}-table`,
      {
        name: tableName,
        billingMode: "PAY_PER_REQUEST",
        hashKey: "id",
        attributes: ["id", "day", "startsAt"].map((attribute) => ({ name: attribute, type: "S" })),
        globalSecondaryIndexes: [{ name: "by-day", hashKey: "day", rangeKey: "startsAt", projectionType: "ALL" }],
        streamEnabled: true,
        streamViewType: "NEW_AND_OLD_IMAGES",
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
        deletionProtectionEnabled: deletionProtection,
        replicas: store.replicaRegions.map((regionName) => ({
          regionName,
          kmsKeyArn: this.#replicaKey(`${name}-key-${regionName}`, regionName).arn,
          pointInTimeRecovery: true,
          deletionProtectionEnabled: deletionProtection,
          propagateTags: true,
        })),
        tags: context.storeTags(`${name}-table`),
      },
      { parent: this },
    );
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.streamArn = table.streamArn;
    this.replicaRegions = store.replicaRegions;
    this.registerOutputs({ tableName: this.tableName });
  }

  /** A replica is sealed by a key of its own region, which goes with the store and not with that region's stack. */
  #replicaKey(name: string, region: string): Key {
    const { context } = this.#args;
    const { accountId, partition, production, placement } = context;
    return new Key(
      name,
      {
        region,
        description: `Replica of the schedule of ${placement.stackSet} in ${region}`,
        enableKeyRotation: true,
        deletionWindowInDays: production ? 30 : 7,
        policy: policyDocument([
          {
            Sid: "AccountAdministers",
            Effect: "Allow",
            Principal: { AWS: `arn:${partition.name}:iam::${accountId}:root` },
            Action: "kms:*",
            Resource: "*",
          },
        ]),
        tags: context.storeTags(name),
      },
      { parent: this },
    );
  }

  /** What lets one read the schedule, or also write it. */
  rights(access: "read" | "write"): readonly Statement[] {
    const { context } = this.#args;
    const reading = ["dynamodb:GetItem", "dynamodb:Query"];
    return [
      {
        Sid: "Schedule",
        Effect: "Allow",
        Action: access === "read" ? reading : [...reading, "dynamodb:PutItem"],
        Resource: [this.tableArn, pulumi.interpolate`${this.tableArn}/index/*`],
      },
      {
        // The key of a replica is another stack's: it is named by what it may be used for.
        Sid: "ScheduleIsEncrypted",
        Effect: "Allow",
        Action: ["kms:Decrypt", "kms:DescribeKey"],
        Resource: arn(context, "kms", "key/*"),
        Condition: this.tableName.apply((table) => ({
          StringEquals: {
            "kms:ViaService": `dynamodb.${context.placement.region}.${context.partition.dnsSuffix}`,
            "kms:EncryptionContext:aws:dynamodb:tableName": table,
          },
        })),
      },
    ];
  }
}
