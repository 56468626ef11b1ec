import { Table } from "@pulumi/aws/dynamodb/table.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface SessionStoreArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
}

/** The index by which the lobby finds the sessions of one colour that still have room. */
const openSessionsIndex = "open-sessions";

/** Which sessions exist, where they run and who is in them. Sessions that ended leave by their time to live. */
export class SessionStore extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;

  constructor(name: string, { context, keyArn }: SessionStoreArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "SessionStore"), name, {}, place);
    const table = new Table(
      `${name}-table`,
      {
        name: context.name("other", "sessions"),
        billingMode: "PAY_PER_REQUEST",
        hashKey: "sessionId",
        attributes: [
          { name: "sessionId", type: "S" },
          { name: "colour", type: "S" },
          { name: "freePlaces", type: "N" },
        ],
        globalSecondaryIndexes: [
          { name: openSessionsIndex, hashKey: "colour", rangeKey: "freePlaces", projectionType: "ALL" },
        ],
        ttl: { attributeName: "expiresAt", enabled: true },
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
        deletionProtectionEnabled: context.deletionProtection,
        tags: context.storeTags(`${name}-table`),
      },
      { parent: this },
    );
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.registerOutputs({ tableName: this.tableName });
  }
}
