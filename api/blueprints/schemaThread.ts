import { parentPort, workerData } from "node:worker_threads";
import { Ajv2020, type ErrorObject } from "ajv/dist/2020.js";
import type { SchemaFault, SchemaQuestion, SchemaVerdict } from "./schemaCheck.ts";

/** The thread of one check: compiles a schema that anybody may have written, and holds inputs against it. */
const { schema, inputs } = workerData as SchemaQuestion; // given by checkAgainst alone
/** What one answer can carry; a schema and inputs of a megabyte can disagree a million times. */
const MOST_FAULTS = 100;
const LONGEST_DETAIL = 1_000;

// Every fault is wanted; what a keyword of another vocabulary means is nobody's business here.
const ajv = new Ajv2020({ allErrors: true, useDefaults: true, strict: false, validateFormats: false, logger: false });

parentPort?.postMessage(verdict());

function verdict(): SchemaVerdict {
  const filled = structuredClone(inputs);
  try {
    const validate = ajv.compile(schema as object); // of the manifest's schema: an object
    if (validate(filled)) return { outcome: "fits", inputs: filled };
    return { outcome: "faults", faults: (validate.errors ?? []).slice(0, MOST_FAULTS).map(faultOf) };
  } catch (error) {
    return { outcome: "no-schema", reason: error instanceof Error ? error.message : String(error) };
  }
}

function faultOf({ instancePath, keyword, params, message = "is invalid" }: ErrorObject): SchemaFault {
  const below = (name: unknown) => `${instancePath}/${String(name).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  if (keyword === "required") {
    const { missingProperty } = params;
    return {
      pointer: below(missingProperty),
      detail: `It is missing. Give ${JSON.stringify(missingProperty)}.`,
      choice: false,
    };
  }
  if (keyword === "additionalProperties" || keyword === "unevaluatedProperties") {
    const name: unknown = params["additionalProperty"] ?? params["unevaluatedProperty"];
    return { pointer: below(name), detail: "There is no such input. Remove it.", choice: false };
  }
  const allowed = keyword === "enum" ? `: ${JSON.stringify(params["allowedValues"])}` : "";
  const choice = keyword === "anyOf" || keyword === "oneOf";
  return { pointer: instancePath, detail: `${`It ${message}${allowed}`.slice(0, LONGEST_DETAIL)}.`, choice };
}
