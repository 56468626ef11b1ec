import { isList, isProperties, type Properties, sameValue, texts, type Value } from "../model/values.ts";

type Check = (value: Value, schema: Properties, at: string) => readonly string[];

/** The keywords that are judged. A schema with another one is not taken for one that says less: see `unknownKeyword`. */
const KEYWORDS: Readonly<Record<string, Check>> = {
  type: (value, { type }, at) => {
    const wanted = texts(type);
    return wanted.some((name) => isOfType(value, name)) ? [] : [`${at}: must be ${wanted.join(" or ")}`];
  },
  enum: (value, schema, at) =>
    isList(schema["enum"]) && schema["enum"].some((each) => sameValue(each, value))
      ? []
      : [`${at}: not one of the enum`],
  pattern: (value, { pattern }, at) =>
    typeof value === "string" && !new RegExp(String(pattern), "u").test(value)
      ? [`${at}: must match ${String(pattern)}`]
      : [],
  required: (value, { required }, at) =>
    isProperties(value) && isList(required)
      ? required.flatMap((name) => (value[String(name)] === undefined ? [`${at}: must have ${String(name)}`] : []))
      : [],
  minItems: (value, { minItems }, at) =>
    isList(value) && value.length < Number(minItems) ? [`${at}: must have at least ${String(minItems)} items`] : [],
  minProperties: (value, { minProperties }, at) =>
    isProperties(value) && Object.keys(value).length < Number(minProperties)
      ? [`${at}: must have at least ${String(minProperties)} properties`]
      : [],
  minimum: (value, { minimum }, at) =>
    typeof value === "number" && value < Number(minimum) ? [`${at}: must be at least ${String(minimum)}`] : [],
  items: (value, { items }, at) =>
    isList(value) && isProperties(items) ? value.flatMap((item, i) => schemaFaults(item, items, `${at}/${i}`)) : [],
  properties: (value, { properties }, at) =>
    isProperties(value) && isProperties(properties)
      ? Object.entries(properties).flatMap(([name, inner]) => {
          const item = value[name];
          return item === undefined || !isProperties(inner) ? [] : schemaFaults(item, inner, `${at}/${name}`);
        })
      : [],
  additionalProperties: (value, schema, at) => {
    const { additionalProperties: rest, properties } = schema;
    if (!isProperties(value)) return [];
    const named = isProperties(properties) ? Object.keys(properties) : [];
    const others = Object.entries(value).filter(([name]) => !named.includes(name));
    if (rest === false) return others.map(([name]) => `${at}: must not have ${name}`);
    return isProperties(rest) ? others.flatMap(([name, item]) => schemaFaults(item, rest, `${at}/${name}`)) : [];
  },
  allOf: (value, { allOf }, at) =>
    isList(allOf) ? allOf.flatMap((each) => (isProperties(each) ? schemaFaults(value, each, at) : [])) : [],
  not: (value, { not }, at) =>
    isProperties(not) && schemaFaults(value, not, at).length === 0 ? [`${at}: is what it must not be`] : [],
};

const SILENT = ["$schema", "id", "title", "description", "default"];

/** The first keyword of a JSON schema that is not judged here. */
export function unknownKeyword(schema: Value): string | undefined {
  if (!isProperties(schema)) return undefined;
  for (const [keyword, inner] of Object.entries(schema)) {
    if (SILENT.includes(keyword)) continue;
    if (KEYWORDS[keyword] === undefined) return keyword;
    const named = keyword === "properties" && isProperties(inner);
    const nested: readonly Value[] = named ? Object.values(inner) : isList(inner) ? inner : [inner];
    const found = keyword === "enum" ? undefined : nested.map(unknownKeyword).find((each) => each !== undefined);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * What is wrong with a document by a JSON schema, each with its place. Draft 4, as AppConfig's validators are (AWS AppConfig user guide,
 * "Understanding validators"), and of it the keywords above.
 */
export function schemaFaults(value: Value, schema: Properties, at = "#"): readonly string[] {
  return Object.keys(schema).flatMap((keyword) => KEYWORDS[keyword]?.(value, schema, at) ?? []);
}

function isOfType(value: Value, type: string): boolean {
  if (type === "object") return isProperties(value);
  if (type === "array") return isList(value);
  if (type === "integer") return Number.isInteger(value);
  if (type === "null") return value === null;
  return typeof value === type;
}
