import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type CloudSchema, fetchCloudSchema, readCloudSchema } from "./generator/cloudSchema.ts";
import { distil } from "./generator/distil.ts";
import { readSdkType } from "./generator/sdkTypes.ts";
import { schemaFile, type TypeSchema } from "./model/schema.ts";

const USAGE = `Distils what is known of an AWS type into sandbox/schemas and prints a model to start from.

  node sandbox/generate.ts aws:dynamodb/table:Table AWS::DynamoDB::Table [--rename TableName=name]... [--schemas FOLDER]

FOLDER is where the schemas of the PyPI package cfn-lint are (…/cfnlint/data/schemas); without it pip fetches them.
Leave the AWS type away when AWS publishes none.`;

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { rename: { type: "string", multiple: true }, schemas: { type: "string" } },
  });
  const [type, cloudType] = positionals;
  if (type === undefined) {
    process.stderr.write(`${USAGE}\n`);
    process.exitCode = 2;
    return;
  }
  const cloud = cloudType === undefined ? undefined : cloudSchema(cloudType, values.schemas);
  const renames = new Map((values.rename ?? []).map((pair) => [pair.split("=")[0] ?? "", pair.split("=")[1] ?? ""]));
  const schema = distil(type, { sdk: readSdkType(type), cloud }, renames);
  const file = fileURLToPath(schemaFile(type));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(schema, undefined, 1)}\n`);
  process.stdout.write(`wrote ${path.relative(process.cwd(), file)}\n\n${startingModel(schema)}`);
}

function cloudSchema(typeName: string, folder: string | undefined): CloudSchema {
  return folder === undefined ? fetchCloudSchema(typeName) : readCloudSchema(folder, typeName);
}

function startingModel({ type, inputs }: TypeSchema): string {
  const [, module = "", name = ""] = type.split(":");
  const variable = `${name.slice(0, 1).toLowerCase()}${name.slice(1)}`;
  const service = module.split("/")[0] ?? module;
  const named = inputs["name"] === undefined ? "" : '  autoname: { property: "name", maxLength: 255 },\n';
  return `const ${variable}: ResourceModel = {
  type: "${type}",
  service: ${service},
  inputs: inputsOf("${type}"),
  id: ({ cloud }) => \`${variable}-\${cloud.random.hex(17)}\`,
  outputs: { arn: ({ id, place }) => arn("${service}", place, \`${variable}/\${id}\`) },
${named}  seconds: { create: 5 },
};
`;
}

main();
