import type { Problem } from "../model/rule.ts";
import { isList, isProperties, type Properties, UNKNOWN, type Value } from "../model/values.ts";
import { badRequest, invalidObject, type Named } from "./apiStatus.ts";
import { type FieldError, invalid, required, unsupported } from "./fieldError.ts";

/**
 * The schema of a custom resource, as its definition says it: the part of OpenAPI v3 that the API server takes for such
 * (Kubernetes documentation, "Specifying a structural schema"). Objects have no other fields than these, unless `open`.
 */
export type StructuralSchema =
  | {
      readonly type: "object";
      readonly fields?: Readonly<Record<string, StructuralSchema>>;
      readonly required?: readonly string[];
      /** What a map's values are (`additionalProperties`). */
      readonly values?: StructuralSchema;
      /** `x-kubernetes-preserve-unknown-fields`. */
      readonly open?: true;
    }
  | { readonly type: "array"; readonly items: StructuralSchema; readonly least?: number }
  | { readonly type: "string"; readonly values?: readonly string[]; readonly pattern?: string; readonly most?: number }
  | { readonly type: "integer"; readonly least?: number; readonly most?: number }
  | { readonly type: "boolean" }
  | { readonly type: "integer-or-string" };

export interface CustomNamed extends Named {
  readonly apiVersion: string;
}

/** What is wrong with a custom object by its schema, in the API server's words. What is unknown in a preview is taken to be right. */
export function structuralProblems(
  schema: StructuralSchema,
  { named, object, name }: { readonly named: CustomNamed; readonly object: Properties; readonly name: string },
): readonly Problem[] {
  const { spec, ...rest } = object;
  const strange = Object.keys(rest).filter((key) => !["apiVersion", "kind", "metadata"].includes(key));
  const unknown = [...strange, ...unknownFields(schema, spec, "spec")].map((field) =>
    badRequest(named, named.apiVersion, field, `strict decoding error: unknown field "${field}"`),
  );
  if (spec === undefined) return [...unknown, invalidObject(named, name, required("spec"))];
  return [...unknown, ...errorsOf(schema, spec, "spec").map((error) => invalidObject(named, name, error))];
}

function unknownFields(schema: StructuralSchema, value: Value | undefined, field: string): readonly string[] {
  if (schema.type === "array") {
    const { items } = schema;
    return isList(value) ? value.flatMap((item, index) => unknownFields(items, item, `${field}[${index}]`)) : [];
  }
  if (schema.type !== "object" || !isProperties(value)) return [];
  const { fields = {}, open, values } = schema;
  return Object.entries(value).flatMap(([key, child]) => {
    const known = fields[key];
    if (known !== undefined) return unknownFields(known, child, `${field}.${key}`);
    return open === true || values !== undefined ? [] : [`${field}.${key}`];
  });
}

function errorsOf(schema: StructuralSchema, value: Value, field: string): readonly FieldError[] {
  if (value === UNKNOWN) return [];
  switch (schema.type) {
    case "object":
      return isProperties(value) ? objectErrors(schema, value, field) : [wrongType(field, value, "object")];
    case "array": {
      if (!isList(value)) return [wrongType(field, value, "array")];
      const few = value.length < (schema.least ?? 0) ? [invalid(field, value.length, "should have more items")] : [];
      return [...few, ...value.flatMap((item, index) => errorsOf(schema.items, item, `${field}[${index}]`))];
    }
    case "string": {
      if (typeof value !== "string") return [wrongType(field, value, "string")];
      if (schema.values !== undefined && !schema.values.includes(value))
        return [unsupported(field, value, schema.values)];
      if (schema.most !== undefined && value.length > schema.most)
        return [invalid(field, value, `should be at most ${schema.most} chars long`)];
      if (schema.pattern === undefined || new RegExp(schema.pattern).test(value)) return [];
      return [invalid(field, value, `should match '${schema.pattern}'`)];
    }
    case "integer": {
      if (typeof value !== "number" || !Number.isInteger(value)) return [wrongType(field, value, "integer")];
      if (value < (schema.least ?? value)) return [invalid(field, value, `should be at least ${schema.least}`)];
      return value > (schema.most ?? value) ? [invalid(field, value, `should be at most ${schema.most}`)] : [];
    }
    case "boolean":
      return typeof value === "boolean" ? [] : [wrongType(field, value, "boolean")];
    case "integer-or-string":
      return Number.isInteger(value) || typeof value === "string" ? [] : [wrongType(field, value, "integer or string")];
  }
}

function objectErrors(
  { fields = {}, required: needed = [], values }: Extract<StructuralSchema, { type: "object" }>,
  value: Properties,
  field: string,
): readonly FieldError[] {
  const missing = needed.filter((key) => value[key] === undefined).map((key) => required(`${field}.${key}`));
  const inside = Object.entries(value).flatMap(([key, child]) => {
    const schema = fields[key] ?? values;
    return schema === undefined || child === null ? [] : errorsOf(schema, child, `${field}.${key}`);
  });
  return [...missing, ...inside];
}

function wrongType(field: string, value: Value, wanted: string): FieldError {
  const found = isList(value) ? "array" : isProperties(value) ? "object" : typeof value;
  return invalid(field, found, `must be of type ${wanted}`);
}
