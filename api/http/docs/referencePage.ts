import type { OpenApiDocument } from "../openApi.ts";
import { type Html, html, inline } from "./html.ts";
import { page } from "./page.ts";
import { meaningHtml, membersHtml, type Schema, typeHtml } from "./schemaHtml.ts";

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema?: Schema;
}

interface Content {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Content & { readonly description: string }>>;
}

interface Endpoint extends Operation {
  readonly method: string;
  readonly path: string;
}

/** The reference as one page of HTML without a script, made from the document that programs read. */
export function referencePage(document: OpenApiDocument): string {
  const endpoints = endpointsOf(document);
  const tags = [...new Set(endpoints.flatMap(({ tags }) => tags))];
  const inTag = (tag: string) => endpoints.filter(({ tags }) => tags.includes(tag));
  const schemas = Object.entries((document.components?.schemas ?? {}) as Record<string, Schema>); // made from zod, so JSON Schemas
  const contents = tags.map((tag) => html`<h2>${tag}</h2><ul>${inTag(tag).map(contentsLine)}</ul>`);
  return page({
    title: `Meridian ${document.info.version}`,
    navigation: html`${contents}<h2>Shapes</h2><ul>${schemas.map(([name]) => html`<li><a href="#schema-${name}">${name}</a></li>`)}</ul>`,
    main: html`${introduction(document.info.description ?? "")}
${tags.map((tag) => html`<h2 id="${slug(tag)}">${tag}</h2>${inTag(tag).map(endpointHtml)}`)}
<h2 id="shapes">Shapes</h2>${schemas.map(schemaHtml)}`,
  });
}

function endpointsOf(document: OpenApiDocument): readonly Endpoint[] {
  return Object.entries(document.paths ?? {}).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => {
      const described = operation as Operation; // describeRoutes writes nothing else under a path
      return { ...described, method: method.toUpperCase(), path };
    }),
  );
}

function introduction(description: string): Html {
  return html`<h1>REST API</h1><p>${description}</p>
<p>For programs: <a href="/openapi.json">openapi.json</a>. Every way to be refused: <a href="/docs/problems">problems</a>.</p>
<pre>curl -H "Authorization: Bearer $MERIDIAN_KEY" http://localhost:8080/v1/blueprints</pre>
<ul>
<li>Long work answers 202 with <code>Location: /v1/operations/…</code> or <code>/v1/rollouts/…</code>; follow it at <code>…/events</code> (server-sent events, resumed by <code>Last-Event-ID</code>).</li>
<li>Lists have <code>items</code> and, when there is more, <code>nextPageToken</code> for <code>?pageToken=</code>.</li>
<li><code>Idempotency-Key</code> on any change: the same key with the same request gives the first answer again, for 24 hours. What was refused changed nothing and is judged anew.</li>
<li>What can be edited has an <code>ETag</code>; send it as <code>If-Match</code>.</li>
<li>Any route can answer 401 without a valid key, 403 to a role without the permission it names, 429, 500 and 503.</li>
<li>Times are RFC 3339 in UTC. Members that are not known are refused.</li>
</ul>`;
}

function contentsLine({ operationId, method, path }: Endpoint): Html {
  return html`<li><a href="#${operationId}"><span class="method ${method}">${method}</span> ${path.replace("/v1", "")}</a></li>`;
}

function endpointHtml(endpoint: Endpoint): Html {
  const { operationId, method, path, summary, description, parameters = [], requestBody } = endpoint;
  const body = requestBody?.content?.["application/json"]?.schema;
  return html`<section id="${operationId}"><h3><span class="method ${method}">${method}</span> <code>${path}</code></h3>
<p><b>${summary}.</b> ${inline(description)}</p>
${parameters.length === 0 ? undefined : html`<table><thead><tr><th>Parameter</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${parameters.map(parameterRow)}</tbody></table>`}
${body === undefined ? undefined : html`<p>Body: ${typeHtml(body)}</p>`}
<table><thead><tr><th>Answer</th><th>Type</th><th>Meaning</th></tr></thead><tbody>${Object.entries(endpoint.responses).filter(isTelling).map(answerRow)}</tbody></table></section>`;
}

function parameterRow({ name, in: place, required, description, schema = {} }: Parameter): Html {
  const needed = required === true ? html` <b title="required">*</b>` : undefined;
  const meaning = meaningHtml({ ...schema, ...(description === undefined ? {} : { description }) });
  return html`<tr><td><code>${name}</code>${needed} <small>${place}</small></td><td>${typeHtml(schema)}</td><td>${meaning}</td></tr>`;
}

/** Every route can answer these; the introduction says so once. */
const everywhere = ["401", "403", "429", "500", "503"];

function isTelling([status, { description }]: [string, { readonly description: string }]): boolean {
  return !everywhere.includes(status) || description.split("`").length > 3; // a code of its own beside the common one
}

function answerRow([status, { description, content = {} }]: [
  string,
  Content & { readonly description: string },
]): Html {
  const types = Object.entries(content).map(([type, { schema }]) => {
    if (type === "application/problem+json") return html`<a href="#schema-Problem">Problem</a>`;
    return schema === undefined ? html`<code>${type}</code>` : typeHtml(schema);
  });
  return html`<tr><td><code>${status}</code></td><td>${types}</td><td>${inline(description)}</td></tr>`;
}

function schemaHtml([name, schema]: [string, Schema]): Html {
  const about = schema.description === undefined ? undefined : html`<p>${inline(schema.description)}</p>`;
  return html`<section id="schema-${name}"><h3>${name}</h3>${about}${membersHtml(schema) ?? html`<p>${typeHtml(schema)}</p>`}</section>`;
}

function slug(text: string): string {
  return text.toLowerCase().replaceAll(" ", "-");
}
