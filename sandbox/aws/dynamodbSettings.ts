import type { Problem } from "../model/rule.ts";
import { isProperties, list, object, type Properties, text, UNKNOWN, type Value } from "../model/values.ts";
import { isRegion } from "./regions.ts";

/** What is wrong with a table's capacity, stream, encryption and expiry. Source: Amazon DynamoDB API reference, CreateTable. */
export function settingProblems(inputs: Properties): readonly Problem[] {
  return [
    ...capacity(inputs, inputs, ""),
    ...list(inputs, "globalSecondaryIndexes").flatMap((index, i) =>
      isProperties(index) ? capacity(inputs, index, `globalSecondaryIndexes[${i}].`) : [],
    ),
    ...stream(inputs),
    ...replicas(inputs),
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

/** Copies in other regions follow the stream of new and old images, and are sealed as the table is: each by a key of its own region. */
function replicas(inputs: Properties): readonly Problem[] {
  const copies = list(inputs, "replicas").filter(isProperties);
  if (copies.length === 0) return [];
  const streams = isOn(inputs["streamEnabled"]) && inputs["streamViewType"] === "NEW_AND_OLD_IMAGES";
  const sealed = object(inputs, "serverSideEncryption")["kmsKeyArn"] !== undefined;
  return [
    ...(streams ? [] : [problem("replicas need a stream of NEW_AND_OLD_IMAGES", "streamViewType")]),
    ...copies.flatMap((copy, i) => replica(copy, sealed, `replicas[${i}]`)),
  ];
}

function replica(copy: Properties, sealed: boolean, property: string): readonly Problem[] {
  const region = text(copy, "regionName");
  if (region !== undefined && !isRegion(region)) return [problem(`unknown region ${region}`, `${property}.regionName`)];
  if ((copy["kmsKeyArn"] !== undefined) !== sealed) {
    return [problem("a customer key must be given for the table and for each replica", `${property}.kmsKeyArn`)];
  }
  const keyRegion = text(copy, "kmsKeyArn")?.split(":")[3];
  if (keyRegion === undefined || keyRegion === region) return [];
  return [problem(`the key of a replica must be of its region ${region}`, `${property}.kmsKeyArn`)];
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
