import { CatalogDatabase } from "@pulumi/aws/glue/catalogDatabase.js";
import { CatalogTable } from "@pulumi/aws/glue/catalogTable.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { type Field, operationalFields } from "./fields.ts";
import { type Known, partitionNames, prefixes, projection } from "./partitions.ts";

export interface CatalogueArgs {
  readonly context: StackContext;
  readonly bucketName: pulumi.Input<string>;
  /** Beside the operational ones. */
  readonly fields: readonly Field[];
  readonly known: Known;
  /** How far back records are kept. */
  readonly days: number;
}

/** What the lake's files mean: the columns that the delivery writes and that questions are asked of. */
export class Catalogue extends pulumi.ComponentResource {
  readonly databaseName: pulumi.Output<string>;
  readonly databaseArn: pulumi.Output<string>;
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;

  constructor(name: string, { context, bucketName, fields, known, days }: CatalogueArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "Catalogue"), name, {}, place);
    const child = { parent: this };
    const database = new CatalogDatabase(
      `${name}-database`,
      {
        // Names of SQL hold no hyphens unless they are quoted everywhere.
        name: context.name("other", "telemetry").apply((text) => text.replaceAll("-", "_")),
        description: `Operational records of ${context.placement.stackSet} in ${context.placement.region}`,
        tags: context.tags(`${name}-database`),
      },
      child,
    );
    const location = pulumi.interpolate`s3://${bucketName}/${prefixes.records}`;
    const table = new CatalogTable(
      `${name}-operations`,
      {
        databaseName: database.name,
        name: "operations",
        description: "What services told of themselves, one row a record",
        tableType: "EXTERNAL_TABLE",
        parameters: pulumi
          .output(bucketName)
          .apply((bucket) => ({ classification: "parquet", ...projection(known, bucket, days) })),
        partitionKeys: partitionNames.map((partition) => ({ name: partition, type: "string" })),
        storageDescriptor: {
          location,
          inputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
          outputFormat: "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
          serDeInfo: {
            name: "parquet",
            serializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
            parameters: { "serialization.format": "1" },
          },
          columns: [...operationalFields, ...fields].map((field) => ({
            name: field.name,
            type: field.type,
            comment: field.description,
          })),
        },
      },
      child,
    );
    this.databaseName = database.name;
    this.databaseArn = database.arn;
    this.tableName = table.name;
    this.tableArn = table.arn;
    this.registerOutputs({ databaseName: this.databaseName });
  }
}
