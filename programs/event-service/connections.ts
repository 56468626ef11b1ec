import { Table } from "@pulumi/aws/dynamodb/table.js";
import * as pulumi from "@pulumi/pulumi";
import type { Statement } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface ConnectionsArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
}

/** Which players are connected to this region. Holds nothing that is worth keeping: connections end with their time to live. */
export class Connections extends pulumi.ComponentResource {
  readonly tableName: pulumi.Output<string>;
  readonly #tableArn: pulumi.Output<string>;

  constructor(name: string, { context, keyArn }: ConnectionsArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Connections"), name, {}, place);
    const table = new Table(
      `${name}-table`,
      {
        name: context.name("other", "connections"),
        billingMode: "PAY_PER_REQUEST",
        hashKey: "id",
        attributes: [{ name: "id", type: "S" }],
        ttl: { attributeName: "expiresAt", enabled: true },
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true, kmsKeyArn: keyArn },
        deletionProtectionEnabled: context.deletionProtection,
        tags: context.storeTags(`${name}-table`),
      },
      { parent: this },
    );
    this.tableName = table.name;
    this.#tableArn = table.arn;
    this.registerOutputs({ tableName: this.tableName });
  }

  rights(...actions: readonly ("PutItem" | "DeleteItem" | "Scan")[]): readonly Statement[] {
    const Action = actions.map((action) => `dynamodb:${action}`);
    return [{ Sid: "Connections", Effect: "Allow", Action, Resource: this.#tableArn }];
  }
}
