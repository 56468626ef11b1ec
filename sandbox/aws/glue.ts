import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { tagsRule } from "./tags.ts";

const DATABASE = "aws:glue/catalogDatabase:CatalogDatabase";
export const TABLE = "aws:glue/catalogTable:CatalogTable";
const INVALID = "InvalidInputException";

/** Source of the codes: AWS Glue API reference, the errors of each action. */
const glue: Service = {
  name: "glue",
  codes: {
    missing: INVALID,
    invalid: INVALID,
    notFound: "EntityNotFoundException",
    inUse: "ConcurrentModificationException",
    throttled: "ThrottlingException",
  },
};

/** The catalogue folds names to lower case; the provider refuses what would come back otherwise. */
const lowerCase: PropertyRule = { minLength: 1, maxLength: 255, pattern: "^[^A-Z\\u0000-\\u001f]+$" };
const catalogId: PropertyRule = { immutable: true, pattern: "^\\d{12}$" };

function idOf({ inputs, place }: Draft, ...names: readonly string[]): string {
  return [text(inputs, "catalogId") ?? place.account, ...names.map((name) => text(inputs, name))].join(":");
}

const database: ResourceModel = {
  type: DATABASE,
  service: glue,
  inputs: inputsOf(DATABASE, {
    name: lowerCase,
    catalogId,
    description: { maxLength: 2048 },
    tags: tagsRule(INVALID),
  }),
  autoname: { property: "name", maxLength: 255, lower: true },
  unique: [{ by: ["name"], code: "AlreadyExistsException" }],
  // Tables go with their database. Source: API reference, DeleteDatabase.
  removes: (resource, cloud) =>
    cloud.all(TABLE).filter(({ outputs }) => outputs["databaseName"] === resource.outputs["name"]),
  id: (draft) => idOf(draft, "name"),
  outputs: {
    arn: ({ inputs, place }) => arn("glue", place, `database/${text(inputs, "name")}`),
    catalogId: ({ place }) => place.account,
    createTableDefaultPermissions: () => [
      { permissions: ["ALL"], principal: { dataLakePrincipalIdentifier: "IAM_ALLOWED_PRINCIPALS" } },
    ],
    locationUri: () => "",
  },
  keys: ["arn", "name"],
  seconds: { create: 1 },
};

const table: ResourceModel = {
  type: TABLE,
  service: glue,
  inputs: inputsOf(TABLE, {
    name: lowerCase,
    databaseName: { ...lowerCase, ref: { type: DATABASE, by: "name", code: "EntityNotFoundException", holds: false } },
    catalogId,
    description: { maxLength: 2048 },
    retention: { default: 0, min: 0 },
    tableType: { enum: ["EXTERNAL_TABLE", "GOVERNED", "VIRTUAL_VIEW", ""] },
  }),
  autoname: { property: "name", maxLength: 255, lower: true },
  unique: [{ by: ["databaseName", "name"], code: "AlreadyExistsException" }],
  check: (inputs) => [...twice(inputs), ...wrongTypes(inputs)],
  id: (draft) => idOf(draft, "databaseName", "name"),
  outputs: {
    arn: ({ inputs, place }) => arn("glue", place, `table/${text(inputs, "databaseName")}/${text(inputs, "name")}`),
    catalogId: ({ place }) => place.account,
    parameters: () => ({}),
    partitionIndices: () => [],
    storageDescriptor: () => ({}),
    tableType: () => "",
    viewDefinition: () => ({}),
  },
  keys: ["arn", "name"],
  seconds: { create: 1 },
};

const columnsOf = (inputs: Properties): readonly Properties[] =>
  list(object(inputs, "storageDescriptor"), "columns").filter(isProperties);

function twice(inputs: Properties): readonly Problem[] {
  const partitions = list(inputs, "partitionKeys").filter(isProperties);
  const names = [...columnsOf(inputs), ...partitions].map((column) => text(column, "name")?.toLowerCase());
  const again = names.find((name, i) => name !== undefined && names.indexOf(name) !== i);
  if (again === undefined) return [];
  return [{ code: INVALID, message: `Duplicate column: '${again}'`, property: "storageDescriptor" }];
}

/** Types of the Hive metastore. Source: AWS Glue developer guide, "Column structure", and Athena user guide, "Data types". */
const hiveType =
  /^(boolean|tinyint|smallint|int|integer|bigint|float|double|string|binary|date|timestamp|(var)?char\(\d+\)|decimal(\(\d+(,\s*\d+)?\))?|(array|map|struct)<.+>)$/;

function wrongTypes(inputs: Properties): readonly Problem[] {
  const strange = columnsOf(inputs).find(({ type }) => typeof type === "string" && !hiveType.test(type));
  if (strange === undefined) return [];
  const message = `Unknown column type '${String(strange["type"])}' of '${text(strange, "name")}'`;
  return [{ code: INVALID, message, property: "storageDescriptor" }];
}

/** The catalogue of AWS Glue: databases and tables. */
export const glueModels: readonly ResourceModel[] = [database, table];
