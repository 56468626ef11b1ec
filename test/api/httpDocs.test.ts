import { Validator } from "@seriousme/openapi-schema-validator";
import { afterAll, beforeAll, expect, test } from "vitest";
import { problemCodes } from "../../api/base/problem.ts";
import { streams } from "../../api/http/route.ts";
import { operationRoutes } from "../../api/operations/operationRoutes.ts";
import { rolloutRoutes } from "../../api/rollouts/rolloutRoutes.ts";
import { type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
// biome-ignore lint/suspicious/noExplicitAny: the document is looked into by path
let document: any;
beforeAll(async () => {
  const unused = {} as never; // routes are only described here, none is called
  api = await startApi({ routes: [...operationRoutes(unused, unused), ...rolloutRoutes(unused, unused)] });
  document = (await api.send("GET", "/openapi.json")).body;
});
afterAll(() => api.close());

test("the document is valid OpenAPI 3.1", async () => {
  expect(document.openapi).toBe("3.1.0");
  const result = await new Validator().validate(structuredClone(document));
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
});

test("its problem codes are the one list", () => {
  const listed: string[] = document.components.schemas.Problem.properties.code.enum;
  expect(listed.toSorted()).toEqual(Object.keys(problemCodes).sort());
});

/** As much of an answer in the document as is looked at here. */
interface Answer {
  readonly content?: {
    readonly "application/problem+json"?: {
      readonly schema: {
        readonly properties: { readonly code: { readonly enum: readonly (keyof typeof problemCodes)[] } };
      };
    };
  };
}

test("every answer that is a problem names codes of its own status", () => {
  let seen = 0;
  for (const item of Object.values<Record<string, { responses: Readonly<Record<string, Answer>> }>>(document.paths)) {
    for (const { responses } of Object.values(item)) {
      for (const [status, { content }] of Object.entries(responses)) {
        const problem = content?.["application/problem+json"];
        if (problem === undefined) continue;
        seen += 1;
        for (const code of problem.schema.properties.code.enum) {
          expect(problemCodes[code].status).toBe(Number(status));
        }
      }
    }
  }
  expect(seen).toBeGreaterThan(100);
});

test("every operation has an id of its own, and says which permission it needs", () => {
  const operations = Object.values<Record<string, { operationId: string; description: string }>>(
    document.paths,
  ).flatMap((item) => Object.values(item));
  const ids = operations.map(({ operationId }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { description } of operations) expect(description).toMatch(/Needs (the permission `[\w-]+`|no key\.)/);
});

test("bodies in the document refuse unknown members, as the service does", () => {
  for (const name of [
    "CreateStackSet",
    "PatchStackSet",
    "CreateTarget",
    "PatchTarget",
    "CreateApiKey",
    "StartOperation",
  ]) {
    expect(document.components.schemas[name]).toMatchObject({ additionalProperties: false });
  }
});

test("If-Match is a required header where its absence is 428, and changes take an Idempotency-Key", () => {
  const headers = document.paths["/v1/stack-sets/{name}"].patch.parameters.filter(
    (each: { in: string }) => each.in === "header",
  );
  expect(headers).toMatchObject([{ name: "If-Match", required: true }, { name: "Idempotency-Key" }]);
  expect(headers[1].required).not.toBe(true);
});

test.each(["/docs", "/docs/problems"])("%s is a page that loads nothing but its own style sheet", async (path) => {
  const reply = await api.send("GET", path);
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toBe("text/html; charset=utf-8");
  expect(reply.headers.get("content-security-policy")).toContain("default-src 'none'; style-src 'self'");
  const loaded = [...String(reply.body).matchAll(/(?:src|href)="([^"#]+)"/g)].map((match) => match[1]);
  for (const address of loaded) expect(address).toMatch(/^\/(docs|docs\/problems|docs\/docs\.css|openapi\.json)$/);
  expect(reply.body).not.toMatch(/<script|style="|https?:\/\/(?!localhost)/);
});

test("the style sheet that the pages ask for is there", async () => {
  const reply = await api.send("GET", "/docs/docs.css");
  expect(reply.status).toBe(200);
  expect(reply.headers.get("content-type")).toBe("text/css; charset=utf-8");
});

test("the page shows every route, and every link in it leads somewhere", async () => {
  const { body } = await api.send("GET", "/docs");
  for (const path of Object.keys(document.paths)) expect(body).toContain(`<code>${path}</code>`);
  const ids = new Set([...String(body).matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
  for (const [, anchor] of String(body).matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(anchor);
});

test("the `type` of every problem document leads to its explanation", async () => {
  const { body } = await api.send("GET", "/docs/problems");
  for (const code of Object.keys(problemCodes)) expect(body).toContain(`<section id="${code}">`);
});

test("a summary with markup in it stays text", async () => {
  const declaration = {
    method: "get",
    path: "/v1/odd",
    tag: "<b>odd</b>",
    summary: "<script>alert(1)</script>",
    permission: "read",
    answers: {},
  } as const;
  const odd = await startApi({ routes: [streams(declaration, async () => undefined)] });
  try {
    const { body } = await odd.send("GET", "/docs");
    expect(body).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    expect(body).not.toContain("<script>");
  } finally {
    await odd.close();
  }
});
