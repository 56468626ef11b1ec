import { type Html, html, inline } from "./html.ts";

/** As much of a JSON Schema as the pages show. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly description?: string;
  readonly default?: unknown;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The type in a few words, with a link where it has a name. */
export function typeHtml(schema: Schema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return html`<a href="#schema-${name}">${name}</a>`;
  }
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined) return join(schema.enum.map((value) => html`<code>${String(value)}</code>`));
  if (schema.items !== undefined) return html`list of ${typeHtml(schema.items)}`;
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices !== undefined) return join(choices.map(typeHtml));
  const listed = schema.properties?.["items"]?.items;
  if (listed !== undefined) return html`page of ${typeHtml(listed)}`;
  if (schema.type === undefined) return html`anything`;
  return html`${typeof schema.type === "string" ? schema.type : schema.type.join(" or ")}`;
}

/** A table of an object's members, with those of objects inside it; nothing for what has no members. */
export function membersHtml(schema: Schema): Html | undefined {
  const rows = memberRows(schema, "");
  if (rows.length === 0) return undefined;
  return html`<table><thead><tr><th>Member</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function memberRows(schema: Schema, prefix: string): readonly Html[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, member]) => {
    const path = prefix + name;
    const needed = schema.required?.includes(name) === true ? html` <b title="required">*</b>` : undefined;
    const nested = member.items ?? member;
    const row = html`<tr><td><code>${path}</code>${needed}</td><td>${typeHtml(member)}</td><td>${meaningHtml(member)}</td></tr>`;
    return [row, ...memberRows(nested, member.items === undefined ? `${path}.` : `${path}[].`)];
  });
  const choices = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [...own, ...choices.flatMap((choice) => memberRows(choice, prefix))];
}

/** What is said of a value: its description, range and default. */
export function meaningHtml(schema: Schema): readonly Html[] {
  const { description, default: fallback, minimum, maximum } = schema;
  const range = minimum !== undefined && maximum !== undefined ? `${minimum} to ${maximum}.` : undefined;
  return [
    ...(description === undefined ? [] : inline(`${description} `)),
    ...(range === undefined ? [] : [html`${range} `]),
    ...(fallback === undefined ? [] : [html`Default <code>${JSON.stringify(fallback)}</code>.`]),
  ];
}

function join(parts: readonly Html[]): Html {
  return html`${parts.map((part, index) => (index === 0 ? part : html` or ${part}`))}`;
}
