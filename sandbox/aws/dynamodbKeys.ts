import type { Problem } from "../model/rule.ts";
import { containsUnknown, isProperties, list, type Properties, text } from "../model/values.ts";

const RESTORED = ["restoreBackupArn", "restoreSourceName", "restoreSourceTableArn"];
const JUDGED = ["attributes", "hashKey", "rangeKey", "globalSecondaryIndexes", "localSecondaryIndexes"];

/**
 * What is wrong with a table's keys: every key attribute is defined, every defined attribute is a key, indexes are complete.
 * Source: Amazon DynamoDB API reference, CreateTable. Nothing is judged while a part of it is unknown.
 */
export function keyProblems(inputs: Properties): readonly Problem[] {
  if (RESTORED.some((name) => inputs[name] !== undefined)) return [];
  if (JUDGED.some((name) => containsUnknown(inputs[name]))) return [];
  return [
    ...tableKeys(inputs),
    ...definitions(inputs),
    ...indexNames(inputs),
    ...indexes(inputs, "globalSecondaryIndexes").flatMap(globalIndex),
    ...localIndexes(inputs),
  ];
}

interface Index {
  readonly index: Properties;
  readonly property: string;
}

function problem(message: string, property: string): Problem {
  return { code: "ValidationException", message, property };
}

function indexes(inputs: Properties, property: string): readonly Index[] {
  return list(inputs, property)
    .filter(isProperties)
    .map((index, i) => ({ index, property: `${property}[${i}]` }));
}

function tableKeys(inputs: Properties): readonly Problem[] {
  const hash = text(inputs, "hashKey");
  if (hash === undefined) return [problem("a table needs a hash key", "hashKey")];
  if (hash !== inputs["rangeKey"]) return [];
  return [problem("Invalid KeySchema: hash key and range key have the same name", "rangeKey")];
}

function definitions(inputs: Properties): readonly Problem[] {
  const defined = list(inputs, "attributes").flatMap((each) => (isProperties(each) ? (text(each, "name") ?? []) : []));
  const twice = defined.find((name, i) => defined.indexOf(name) !== i);
  if (twice !== undefined) return [problem(`the attribute '${twice}' is defined twice`, "attributes")];
  const keys = new Set([...keysOf(inputs), ...allIndexes(inputs).flatMap(({ index }) => keysOf(index))]);
  const missing = [...keys].filter((key) => !defined.includes(key));
  const unused = defined.filter((name) => !keys.has(name));
  return [
    ...(missing.length === 0
      ? []
      : [
          problem(
            `Some index key attributes are not defined in AttributeDefinitions: ${missing.join(", ")}`,
            "attributes",
          ),
        ]),
    ...(unused.length === 0
      ? []
      : [problem(`all attributes must be indexed; these are not: ${unused.join(", ")}`, "attributes")]),
  ];
}

function keysOf(of: Properties): readonly string[] {
  const schema = list(of, "keySchemas").flatMap((each) =>
    isProperties(each) ? (text(each, "attributeName") ?? []) : [],
  );
  return [...schema, ...["hashKey", "rangeKey"].flatMap((name) => text(of, name) || [])];
}

function allIndexes(inputs: Properties): readonly Index[] {
  return [...indexes(inputs, "globalSecondaryIndexes"), ...indexes(inputs, "localSecondaryIndexes")];
}

function indexNames(inputs: Properties): readonly Problem[] {
  const all = allIndexes(inputs);
  const names = all.map(({ index }) => text(index, "name"));
  const projections = all.flatMap(({ index, property }) => {
    const included = list(index, "nonKeyAttributes").length > 0;
    if (included === (index["projectionType"] === "INCLUDE")) return [];
    return [problem("nonKeyAttributes and the projection INCLUDE belong together", `${property}.nonKeyAttributes`)];
  });
  const twice = all.filter((_, i) => names.indexOf(names[i]) !== i);
  return [
    ...twice.map(({ index, property }) => problem(`Duplicate index name: ${text(index, "name")}`, `${property}.name`)),
    ...projections,
  ];
}

function globalIndex({ index, property }: Index): readonly Problem[] {
  if (keysOf(index).length > 0) return [];
  return [problem("a global index needs a hash key", `${property}.hashKey`)];
}

function localIndexes(inputs: Properties): readonly Problem[] {
  if (list(inputs, "localSecondaryIndexes").length === 0 || text(inputs, "rangeKey") !== undefined) return [];
  const message = "Table KeySchema does not have a range key, which is required when specifying a LocalSecondaryIndex";
  return [problem(message, "localSecondaryIndexes")];
}
