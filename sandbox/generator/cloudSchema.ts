import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

/** A node of AWS's published resource schemas (JSON Schema), as far as we read it. */
export interface CloudNode {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, CloudNode>>;
  readonly items?: CloudNode;
  readonly required?: readonly string[];
  readonly pattern?: string;
  readonly enum?: readonly (string | number | boolean)[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly insertionOrder?: boolean;
  readonly uniqueItems?: boolean;
}

export interface CloudSchema extends CloudNode {
  readonly source: string;
  readonly typeName: string;
  readonly createOnlyProperties?: readonly string[];
  readonly definitions?: Readonly<Record<string, CloudNode>>;
}

/** The version of the PyPI package that carries the schemas. */
const VERSION = "1.58.0";

/** Fetches the package with pip into `folder` and answers the folder of its schemas. */
function fetchSchemas(folder: string): string {
  const pip = ["-m", "pip", "download", `cfn-lint==${VERSION}`, "--no-deps", "--quiet", "-d", folder];
  execFileSync("python3", pip, { stdio: "inherit" });
  const wheel = readdirSync(folder).find((name) => name.endsWith(".whl"));
  if (wheel === undefined) throw new Error(`pip left no wheel in ${folder}`);
  execFileSync("python3", ["-m", "zipfile", "-e", path.join(folder, wheel), folder]);
  return path.join(folder, "cfnlint", "data", "schemas");
}

/** Reads the schema of `AWS::EC2::VPC` as pip has it; nothing stays behind. */
export function fetchCloudSchema(typeName: string): CloudSchema {
  const folder = mkdtempSync(path.join(tmpdir(), "cloud-schemas-"));
  try {
    return readCloudSchema(fetchSchemas(folder), typeName);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads the schema of `AWS::EC2::VPC` from a folder of schemas. Throws when there is none. */
export function readCloudSchema(folder: string, typeName: string): CloudSchema {
  const index: Record<string, string> = JSON.parse(
    readFileSync(path.join(folder, "providers", "us-east-1.json"), "utf8"),
  );
  const name = index[typeName];
  if (name === undefined) throw new Error(`the package has no schema of ${typeName}`);
  const schema: CloudSchema = JSON.parse(readFileSync(path.join(folder, "resources", `${name}.json`), "utf8"));
  return { ...schema, source: `cfn-lint ${VERSION} ${typeName}` };
}

/** Follows a reference into the schema's definitions. */
export function resolved(node: CloudNode, schema: CloudSchema): CloudNode {
  const name = /^#\/definitions\/(.+)$/.exec(node.$ref ?? "")?.[1];
  return name === undefined ? node : (schema.definitions?.[name] ?? {});
}
