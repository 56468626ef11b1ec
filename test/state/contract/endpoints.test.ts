import { readFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { keys, startTestBackend, TEAM, type TestBackend } from "../support/testBackend.ts";

let backend: TestBackend;
beforeAll(async () => {
  backend = await startTestBackend();
});
afterAll(() => backend.close());

const page = await readFile(path.resolve(import.meta.dirname, "../../../docs/cli.md"), "utf8");
const [, served = "", notOffered = ""] = page.split(/^### .*$/m);

/** The requests in the first column of a table of the page. */
const requestsIn = (table: string): readonly string[] =>
  [...table.matchAll(/^\| `([A-Z]+ [^`]+)` \|/gm)].map((match) => match[1] ?? "");

/** Sends a request of the page to a stack that does not exist, with a body that is no JSON. */
async function send(request: string, key: string = keys.admin) {
  const [method = "", template = ""] = request.split(" ");
  const route = template
    .replaceAll("{org}", TEAM)
    .replaceAll("{update}", "00000000-0000-4000-8000-000000000000")
    .replaceAll(/\{\w+\}/g, "x");
  const response = await fetch(`${backend.url}${route}`, {
    method,
    headers: { authorization: `token ${key}`, "content-type": "application/x-yaml" },
    ...(method === "GET" || method === "HEAD" ? {} : { body: "values: {}\n" }),
  });
  return { status: response.status, text: await response.text(), method, route };
}

describe("each request of the CLI", () => {
  test.each(requestsIn(served))("%s is served", async (request) => {
    expect((await send(request)).text).not.toContain("Not offered here");
  });

  test.each(requestsIn(notOffered))("%s is told that it is not offered, in words", async (request) => {
    const { status, text, method, route } = await send(request);
    expect(status).toBe(method === "GET" ? 404 : 501);
    const { code, message } = JSON.parse(text);
    expect(code).toBe(status);
    expect(message).toContain(`Not offered here: ${method} ${route}.`);
  });

  test("of both kinds stands in the page", () => {
    expect(requestsIn(served).length).toBeGreaterThan(35);
    expect(requestsIn(notOffered).length).toBeGreaterThan(50);
  });
});

test.each([
  "GET /api/of/a/newer/client",
  "POST /api/stacks/{org}/game/dev/newer/verb",
  "DELETE /api",
  "PATCH /api/user",
])("%s, which no client of today sends, is not offered either", async (request) => {
  expect((await send(request)).text).toContain("Not offered here");
});

test("what is not offered is not told to who has no key", async () => {
  expect((await send("GET /api/orgs/{org}/members", "mk_nobody")).status).toBe(401);
});
