import { z } from "zod";
import type { Blueprint } from "../../programs/blueprint.ts";

interface Property {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Property[];
  readonly items?: Property;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly default?: unknown;
  readonly description?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Property>>;
}

/** The reference page of one blueprint, from what the catalog says of it. */
export function blueprintPage({ name, version, title, description, inputs, outputs }: Blueprint): string {
  const schema = z.toJSONSchema(inputs, { io: "input" }) as Property; // JSON Schema, of which this reads a part
  const { required = [] } = schema;
  return `# ${name} ${version}

${title}. ${description}

How it is operated: [notes](../../programs/${name}/notes.md), and the runbooks beside them. What it makes: [diagram](../../programs/${name}/diagram.mmd).
This page is made from the catalog by a test.

## Inputs

${required.length === 0 ? "All may be left out." : `Must be given: ${required.map((name) => `\`${name}\``).join(", ")}.`}

| input | values | default | meaning |
|---|---|---|---|
${rows(schema.properties ?? {}).join("\n")}

## Outputs

| output | meaning |
|---|---|
${outputs.map((output) => `| \`${output.name}\`${output.secret ? " (secret)" : ""} | ${output.description} |`).join("\n")}
`;
}

function rows(properties: Readonly<Record<string, Property>>, above = ""): readonly string[] {
  return Object.entries(properties).flatMap(([name, property]) => {
    const path = `${above}${name}`;
    // What is given as an empty object has its defaults further down.
    const nested = property.properties !== undefined && JSON.stringify(property.default) === "{}";
    const preset = property.default === undefined || nested ? "" : code(property.default);
    const row = `| \`${path}\` | ${values(property)} | ${preset} | ${property.description ?? ""} |`;
    return [row, ...rows(property.properties ?? {}, `${path}.`)];
  });
}

function values(property: Property): string {
  const { type, minimum, maximum, items, anyOf } = property;
  if (property.enum !== undefined) return property.enum.map(code).join(", ");
  if (property.const !== undefined) return code(property.const);
  if (anyOf !== undefined) return anyOf.map(values).join(", ");
  if (items !== undefined) return `list of ${values(items)}`;
  if (minimum !== undefined) return `${minimum} to ${maximum}`;
  return type === "string" ? "text" : (type ?? "");
}

function code(value: unknown): string {
  return `\`${typeof value === "string" ? value : JSON.stringify(value)}\``;
}
