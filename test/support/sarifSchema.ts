import { readFile } from "node:fs/promises";
import path from "node:path";
import { Ajv } from "ajv";

const FILE = path.resolve(import.meta.dirname, "../policies/reports/sarif-schema-2.1.0.json");

/** Checks against the OASIS schema of SARIF 2.1.0 (errata 01); where this copy is from stands in the README beside it. */
export async function sarifValidator() {
  const { id: _, $schema: __, ...schema } = JSON.parse(await readFile(FILE, "utf8"));
  return new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
}
