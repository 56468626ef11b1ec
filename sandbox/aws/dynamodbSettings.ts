import type { Problem } from "../model/rule.ts";
import { isProperties, list, object, type Properties, UNKNOWN, type Value } from "../model/values.ts";

/** What is wrong with a table's capacity, stream, encryption and expiry. Source: Amazon DynamoDB API reference, CreateTable. */
export function settingProblems(inputs: Properties): readonly Problem[] {
  return [
    ...capacity(inputs, inputs, ""),
    ...list(inputs, "globalSecondaryIndexes").flatMap((index, i) =>
      isProperties(index) ? capacity(inputs, index, `globalSecondaryIndexes[${i}].`) : [],
    ),
    ...stream(inputs),
    ...encryption(object(inputs, "serverSideEncryption")),
    ...expiry(object(inputs, "ttl")),
  ];
}

function problem(message: string, property: string): Problem {
  return { code: "ValidationException", message, property };
}

/** The capacity of a table, or of one of its indexes. */
function capacity(table: Properties, of: Properties, prefix: string): readonly Problem[] {
  const { billingMode = "PROVISIONED" } = table;
  if (billingMode === UNKNOWN) return [];
  return ["readCapacity", "writeCapacity"].flatMap((name) => {
    const units = of[name];
    if (units === UNKNOWN) return [];
    const given = units !== undefined && Number(units) !== 0;
    if (billingMode === "PAY_PER_REQUEST") {
      return given ? [problem(`${name} cannot be given when billingMode is PAY_PER_REQUEST`, `${prefix}${name}`)] : [];
    }
    return Number(units ?? 0) >= 1 ? [] : [problem(`${name} must be at least 1 when PROVISIONED`, `${prefix}${name}`)];
  });
}

function stream(inputs: Properties): readonly Problem[] {
  if (!isOn(inputs["streamEnabled"]) || (inputs["streamViewType"] ?? "") !== "") return [];
  return [problem("streamViewType is required when a stream is enabled", "streamViewType")];
}

function encryption(given: Properties): readonly Problem[] {
  if (given["enabled"] !== false || (given["kmsKeyArn"] ?? "") === "") return [];
  return [problem("a key cannot be given when encryption with it is off", "serverSideEncryption.kmsKeyArn")];
}

function expiry(given: Properties): readonly Problem[] {
  if (!isOn(given["enabled"]) || (given["attributeName"] ?? "") !== "") return [];
  return [problem("attributeName is required when expiry is enabled", "ttl.attributeName")];
}

function isOn(value: Value | undefined): boolean {
  return value === true || value === "true";
}
