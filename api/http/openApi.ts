import { z } from "zod";
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from "zod-openapi";
import { type ProblemCode, problemCodes } from "../base/problem.ts";
import type { AnswerDeclaration, Route, RouteDeclaration } from "./route.ts";

/** The schema of every error; its codes are the one list. */
const problemSchema = z
  .object({
    type: z.string().describe("Where the code is explained, relative to the service."),
    code: z.enum(Object.keys(problemCodes) as ProblemCode[]).describe("What a program should act on."), // keys of a const object
    status: z.int(),
    title: z.string(),
    detail: z.string().describe("What is wrong this time, and what to do; for people."),
    errors: z
      .array(z.object({ pointer: z.string(), detail: z.string() }))
      .optional()
      .describe("Every fault of the request, each with a JSON pointer (RFC 6901); `/query/…` is a query parameter."),
    requestId: z.string().optional().describe("Under which the service's log has the details."),
  })
  .catchall(z.unknown())
  .meta({ id: "Problem", description: "A problem document (RFC 9457)." });

export type OpenApiDocument = ReturnType<typeof createDocument>;

/** The OpenAPI 3.1 document of the declared routes: the same schemas that validate. `version` is the service's. */
export function describeRoutes(routes: readonly Route[], version: string): OpenApiDocument {
  const paths: ZodOpenApiPathsObject = {};
  for (const { declaration } of routes) {
    paths[declaration.path] = { ...paths[declaration.path], [declaration.method]: describeRoute(declaration) };
  }
  return createDocument({
    openapi: "3.1.0",
    info: {
      title: "Meridian",
      version,
      description:
        "Regional stacks of a game's infrastructure: asked for, judged step by step, built, changed, torn down.",
      license: { name: "Apache License 2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    security: [{ key: [] }],
    tags: [...new Set(routes.map(({ declaration }) => declaration.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: problemSchema },
      securitySchemes: {
        key: { type: "http", scheme: "bearer", description: "An API key: `Authorization: Bearer mk_…`" },
      },
    },
  });
}

function describeRoute(route: RouteDeclaration): ZodOpenApiOperationObject {
  const path = z.object(Object.fromEntries(parameterNames(route.path).map((name) => [name, z.string()])));
  const may = route.permission === undefined ? "Needs no key." : `Needs the permission \`${route.permission}\`.`;
  return {
    operationId: operationId(route),
    tags: [route.tag],
    ...(route.permission === undefined ? { security: [] } : {}),
    summary: route.summary,
    description: route.description === undefined ? may : `${route.description} ${may}`,
    requestParams: {
      path,
      header: headersOf(route),
      ...(route.query === undefined ? {} : { query: route.query }),
    },
    ...describeContent(route),
    ...(route.body === undefined
      ? {}
      : { requestBody: { required: true, content: { "application/json": { schema: route.body } } } }),
    responses: { ...describeAnswers(route), ...describeProblems(route) },
  };
}

function describeContent({ contentTypes }: RouteDeclaration) {
  if (contentTypes === undefined) return {};
  const binary = { schema: { type: "string" as const, format: "binary" } };
  return { requestBody: { required: true, content: Object.fromEntries(contentTypes.map((type) => [type, binary])) } };
}

function parameterNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
}

function operationId({ method, path }: RouteDeclaration): string {
  const words = path.replaceAll(/[{}]/g, "").split(/[/-]/).slice(2);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function headersOf(route: RouteDeclaration): z.ZodObject {
  const headers: Record<string, z.ZodType> = {};
  if (route.ifMatch !== undefined) {
    const tag = z.string().describe("The ETag of what was read.");
    headers["If-Match"] = route.ifMatch === "required" ? tag : tag.optional();
  }
  if (isChange(route)) {
    headers["Idempotency-Key"] = z
      .string()
      .min(1)
      .max(255)
      .optional()
      .describe("The same key with the same request gives the first answer again, for 24 hours.");
  }
  if (hasStream(route)) headers["Last-Event-ID"] = z.string().optional().describe("Go on after this event.");
  return z.object(headers);
}

function isChange({ method }: RouteDeclaration): boolean {
  return method !== "get";
}

function hasStream({ answers }: RouteDeclaration): boolean {
  return Object.values(answers).some(({ contentType }) => contentType === "text/event-stream");
}

function describeAnswers({ answers, produces }: RouteDeclaration) {
  const others = Object.fromEntries((produces ?? []).map((type) => [type, {}] as const));
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const described = describeAnswer(answer);
      return [
        status,
        "content" in described ? { ...described, content: { ...others, ...described.content } } : described,
      ];
    }),
  );
}

function describeAnswer({ description, schema, contentType }: AnswerDeclaration) {
  if (schema === undefined && contentType === undefined) return { description };
  return { description, content: { [contentType ?? "application/json"]: schema === undefined ? {} : { schema } } };
}

/** The codes a route can answer with: those that its declaration implies, and those it names. */
export function problemsOf(route: RouteDeclaration): ProblemCode[] {
  const codes: ProblemCode[] = [
    "unauthenticated",
    ...(route.permission === undefined ? [] : (["forbidden"] as const)),
    "invalid-request",
    "too-many-requests",
    "internal",
    "unavailable",
  ];
  if (route.path.includes("{")) codes.push("not-found");
  if (route.body !== undefined) codes.push("malformed-json", "body-too-large", "unsupported-media-type");
  if (route.contentTypes !== undefined) codes.push("body-too-large", "unsupported-media-type");
  if (isChange(route)) codes.push("request-in-flight", "idempotency-key-reused");
  if (isChange(route) && route.quarantine === undefined) codes.push("quarantined");
  if (route.ifMatch !== undefined) codes.push("precondition-failed");
  if (route.ifMatch === "required") codes.push("precondition-required");
  return [...new Set([...codes, ...(route.problems ?? [])])];
}

function describeProblems(route: RouteDeclaration) {
  const byStatus = Map.groupBy(problemsOf(route), (code) => problemCodes[code].status);
  return Object.fromEntries([...byStatus].map(([status, codes]) => [String(status), describeProblem(codes)] as const));
}

function describeProblem(codes: readonly ProblemCode[]) {
  return {
    description: codes.map((code) => `\`${code}\`: ${problemCodes[code].title}.`).join(" "),
    content: {
      "application/problem+json": {
        schema: {
          allOf: [{ $ref: "#/components/schemas/Problem" }],
          properties: { code: { type: "string" as const, enum: [...codes] } },
        },
      },
    },
  };
}
