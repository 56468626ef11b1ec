import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import type { Problem } from "../model/rule.ts";
import { isList, isProperties, type Properties, UNKNOWN, type Value } from "../model/values.ts";
import { badRequest, invalidObject, type Named } from "./apiStatus.ts";
import { required, unsupported } from "./fieldError.ts";
import { type StructuralSchema, structuralProblems } from "./structuralSchema.ts";

/** A finding of a validator that the package kubernetes-models compiled from the API's own OpenAPI schema. */
interface SchemaError {
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: {
    readonly missingProperty?: string;
    readonly type?: string;
    readonly pattern?: string;
    readonly format?: string;
    readonly allowedValues?: string[];
  };
}

interface Validator {
  (data: unknown): boolean;
  readonly errors: readonly SchemaError[] | null;
}

const require = createRequire(import.meta.url);
const validators = new Map<string, Validator>();

/** Loaded at the first object of its kind, in some tens of milliseconds: most of the thousands are never asked for. */
function validatorOf(schema: string): Validator {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const file = new URL(`./_schemas/${schema}.js`, import.meta.resolve("kubernetes-models"));
  const { validate }: { validate: Validator } = require(fileURLToPath(file));
  validators.set(schema, validate);
  return validate;
}

export interface Schema extends Named {
  readonly apiVersion: string;
  /** The definition in the API's OpenAPI document, such as `IoK8sApiAppsV1Deployment`, or a custom resource's own. */
  readonly schema: string | StructuralSchema;
  /** Where within a custom resource a part stands that has a definition in the API's own document. */
  readonly part?: { readonly path: readonly string[]; readonly schema: string };
}

/**
 * What is wrong with an object by the API's schema: types and formats that do not decode, missing and unsupported values,
 * and fields that the API does not have. The API server drops such a field of a create with a mere warning and refuses it in
 * a server-side apply; here it is refused at once. What is unknown in a preview is taken to be right.
 */
export function schemaProblems(schema: Schema, object: Properties, name: string): readonly Problem[] {
  if (typeof schema.schema === "string") return compiledProblems(schema, schema.schema, { object, name });
  const own = structuralProblems(schema.schema, { named: schema, object, name });
  if (own.length > 0 || schema.part === undefined) return own;
  const { path } = schema.part;
  let part: Value | undefined = object;
  for (const key of path) part = isProperties(part) ? part[key] : undefined;
  if (!isProperties(part)) return [];
  // The part by itself, in its place: so that what is said of it names where it stands.
  const placed = compiledProblems(schema, schema.part.schema, { object: part, name });
  return placed.map((problem) => ({
    ...problem,
    ...(problem.property === undefined ? {} : { property: `${path.join(".")}.${problem.property}` }),
  }));
}

function compiledProblems(
  schema: Schema,
  definition: string,
  { object, name }: { readonly object: Properties; readonly name: string },
): readonly Problem[] {
  const validate = validatorOf(definition);
  const seen: Seen[] = [];
  const failed = validate(watched(object, "", seen)) ? [] : (validate.errors ?? []);
  const found = Map.groupBy(failed, placeOf);
  const wrong = [...found.values()].flatMap((errors) => problemOf(schema, errors, object, name) ?? []);
  const unknown = seen.flatMap(unreadFields).map((pointer) => {
    const field = pathOf(pointer);
    return badRequest(schema, schema.apiVersion, field, `strict decoding error: unknown field "${field}"`);
  });
  return [...wrong, ...unknown];
}

function placeOf({ instancePath, params: { missingProperty } }: SchemaError): string {
  return missingProperty === undefined ? instancePath : `${instancePath}/${escaped(missingProperty)}`;
}

/** One problem for all that is said of one place: a value may have had several forms to choose from. */
function problemOf(
  schema: Schema,
  errors: readonly SchemaError[],
  object: Properties,
  name: string,
): Problem | undefined {
  const [first] = errors;
  if (first === undefined) return undefined;
  const field = pathOf(placeOf(first));
  if (first.keyword === "required") return invalidObject(schema, name, required(field));
  const value = valueAt(object, first.instancePath);
  if (value === UNKNOWN) return undefined;
  const allowed = errors.find(({ keyword }) => keyword === "enum")?.params.allowedValues;
  const pattern = errors.find(({ keyword }) => keyword === "pattern")?.params.pattern;
  const types = [...new Set(errors.flatMap(({ params }) => params.type ?? []))].join(" or ");
  const format = errors.find(({ keyword }) => keyword === "format")?.params.format;
  const form = format === undefined ? pattern && `must match ${pattern}` : `is not a valid ${format}`;
  // What is of a wrong type does not even decode; the API server's validation is about what does.
  if (allowed !== undefined && typeof value === "string")
    return invalidObject(schema, name, unsupported(field, value, allowed));
  const why =
    form ?? (types === "" ? `has a wrong ${first.keyword}` : `must be of type ${types}, not ${typeName(value)}`);
  return badRequest(schema, schema.apiVersion, field, `${field} ${why}`);
}

/** An object that the validator was given, and which of its fields it looked at. */
interface Seen {
  readonly pointer: string;
  readonly object: Properties;
  readonly read: Set<string>;
  /** A map: the validator asked for all keys. */
  all: boolean;
}

/**
 * The same value, with a note of what is read of it. The validators do not refuse fields that they do not know, but they
 * look at each one that they do.
 */
function watched(value: Value, pointer: string, seen: Seen[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  const note: Seen = { pointer, object: isProperties(value) ? value : {}, read: new Set(), all: false };
  seen.push(note);
  const children = new Map<string, unknown>();
  return new Proxy(value, {
    get: (target, key) => {
      if (typeof key !== "string") return Reflect.get(target, key);
      note.read.add(key);
      const child: Value = Reflect.get(target, key);
      if (typeof child !== "object" || child === null) return child;
      if (!children.has(key)) children.set(key, watched(child, `${pointer}/${escaped(key)}`, seen));
      return children.get(key);
    },
    ownKeys: (target) => {
      note.all = true;
      return Reflect.ownKeys(target);
    },
  });
}

/** The one name that the validators pass over where it is a field (of a PriorityClass). */
const UNCOMPILED = "description";

/** An object of which nothing was read may hold anything. */
function unreadFields({ pointer, object, read, all }: Seen): readonly string[] {
  if (all || read.size === 0) return [];
  return Object.keys(object)
    .filter((key) => !read.has(key) && key !== UNCOMPILED)
    .map((key) => `${pointer}/${escaped(key)}`);
}

/** RFC 6901. */
function escaped(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}

function valueAt(object: Properties, pointer: string): Value | undefined {
  let value: Value | undefined = object;
  for (const part of parts(pointer)) {
    value = isList(value) ? value[Number(part)] : isProperties(value) ? value[part] : undefined;
    if (value === UNKNOWN) return UNKNOWN;
  }
  return value;
}

/** `/spec/containers/0/name` is the property `spec.containers[0].name`. */
function pathOf(pointer: string): string {
  return parts(pointer).reduce((path, part) => {
    if (/^\d+$/.test(part)) return `${path}[${part}]`;
    if (!/^[A-Za-z_$][\w$]*$/.test(part)) return `${path}[${JSON.stringify(part)}]`;
    return path === "" ? part : `${path}.${part}`;
  }, "");
}

function parts(pointer: string): readonly string[] {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function typeName(value: Value | undefined): string {
  return value === null ? "null" : isList(value) ? "array" : typeof value;
}
