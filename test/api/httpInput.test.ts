import { get } from "node:http";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { BODY_LIMIT } from "../../api/http/jsonBody.ts";
import { expectProblem, type Harness, type Sent, startApi } from "./apiHarness.ts";
import { launch } from "./fixtures.ts";

let api: Harness;
let key: string;
let admin: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("operator");
  admin = await api.keyFor("admin");
});
afterAll(() => api.close());
beforeEach(() => {
  api.rollouts.finish();
});

const spoiled = (change: Record<string, unknown>) => ({ body: { ...launch, ...change } });
const deep = `{"inputs":${"[".repeat(20_000)}${"]".repeat(20_000)}}`;

const badBodies: readonly (readonly [what: string, sent: Sent, code: string, pointers: readonly string[]])[] = [
  ["malformed JSON", { raw: '{"name": "launch",' }, "malformed-json", []],
  ["no body", {}, "invalid-request", [""]],
  [
    "an empty body that claims to be JSON",
    { raw: "", headers: { "content-type": "application/json" } },
    "invalid-request",
    [""],
  ],
  ["null", { raw: "null" }, "invalid-request", [""]],
  ["a list", { body: [launch] }, "invalid-request", [""]],
  ["a string", { body: "launch" }, "invalid-request", [""]],
  ["an unknown member", spoiled({ color: "blue" }), "invalid-request", ["/color"]],
  ["an unknown member whose name needs escaping", spoiled({ "a/b~c": 1 }), "invalid-request", ["/a~1b~0c"]],
  [
    "a prototype as a member",
    { raw: JSON.stringify(launch).replace("{", '{"__proto__":{"admin":true},') },
    "invalid-request",
    [""],
  ],
  [
    "a prototype among the inputs",
    { raw: JSON.stringify(launch).replace('"players"', '"__proto__":{"a":1},"players"') },
    "invalid-request",
    ["/inputs"],
  ],
  ["a name that is no text", spoiled({ name: 7 }), "invalid-request", ["/name"]],
  ["no name", spoiled({ name: undefined }), "invalid-request", ["/name"]],
  ["a name in capitals", spoiled({ name: "Launch" }), "invalid-request", ["/name"]],
  ["a name of two letters", spoiled({ name: "ab" }), "invalid-request", ["/name"]],
  ["a name of 41 letters", spoiled({ name: `a${"b".repeat(40)}` }), "invalid-request", ["/name"]],
  ["a name that ends with a hyphen", spoiled({ name: "launch-" }), "invalid-request", ["/name"]],
  ["a name that begins with a digit", spoiled({ name: "1aunch" }), "invalid-request", ["/name"]],
  ["a name with a line feed behind it", spoiled({ name: "launch\n" }), "invalid-request", ["/name"]],
  ["an unknown blueprint", spoiled({ blueprint: "castle" }), "invalid-request", ["/blueprint"]],
  [
    "a blueprint named like a member of every object",
    spoiled({ blueprint: "constructor" }),
    "invalid-request",
    ["/blueprint"],
  ],
  ["an unknown target", spoiled({ target: "moon" }), "invalid-request", ["/target"]],
  ["a target that is null", spoiled({ target: null }), "invalid-request", ["/target"]],
  ["no region", spoiled({ regions: [] }), "invalid-request", ["/regions"]],
  ["one region that is no list", spoiled({ regions: "eu-west-1" }), "invalid-request", ["/regions"]],
  [
    "a region that the target does not allow",
    spoiled({ regions: ["eu-west-1", "me-south-1"] }),
    "invalid-request",
    ["/regions/1"],
  ],
  ["something that is no region", spoiled({ regions: ["europe"] }), "invalid-request", ["/regions/0"]],
  ["a region twice", spoiled({ regions: ["eu-west-1", "us-east-1", "eu-west-1"] }), "invalid-request", ["/regions/2"]],
  ["inputs that are a list", spoiled({ inputs: [] }), "invalid-request", ["/inputs"]],
  ["an input that is missing", spoiled({ inputs: {} }), "invalid-request", ["/inputs/players"]],
  ["an unknown input", spoiled({ inputs: { players: 1, size: 3 } }), "invalid-request", ["/inputs/size"]],
  [
    "inputs with two faults",
    spoiled({ inputs: { players: 0.5, colour: "red" } }),
    "invalid-request",
    ["/inputs/players", "/inputs/colour"],
  ],
  ["a NUL character", spoiled({ inputs: { players: 1, colour: "b\0" } }), "invalid-request", ["/inputs/colour"]],
  ["half of a surrogate pair", { raw: '{"name": "\\ud800"}' }, "invalid-request", ["/name"]],
  ["nesting that is too deep", { raw: deep }, "invalid-request", [""]],
  [
    "faults everywhere, all at once",
    spoiled({ blueprint: "castle", target: "moon" }),
    "invalid-request",
    ["/blueprint", "/target"],
  ],
  ["a body over the limit", { raw: JSON.stringify({ name: "a".repeat(BODY_LIMIT) }) }, "body-too-large", []],
  [
    "a small body that unpacks to one over the limit",
    { raw: gzipSync(JSON.stringify({ name: "a".repeat(4 * BODY_LIMIT) })), headers: { "content-encoding": "gzip" } },
    "body-too-large",
    [],
  ],
  [
    "a body that is not the gzip it claims to be",
    { raw: "{}", headers: { "content-encoding": "gzip" } },
    "malformed-json",
    [],
  ],
  [
    "an encoding that nobody knows",
    { raw: "{}", headers: { "content-encoding": "rot13" } },
    "unsupported-media-type",
    [],
  ],
  [
    "a form",
    { raw: "name=launch", headers: { "content-type": "application/x-www-form-urlencoded" } },
    "unsupported-media-type",
    [],
  ],
  ["text", { raw: JSON.stringify(launch), headers: { "content-type": "text/plain" } }, "unsupported-media-type", []],
  [
    "an idempotency key with a space in it",
    { ...spoiled({}), headers: { "idempotency-key": "a b" } },
    "invalid-request",
    ["/headers/Idempotency-Key"],
  ],
];

test.each(badBodies)("%s: a problem document, and nothing changed", async (_what, sent, code, pointers) => {
  const reply = await api.send("POST", "/v1/stack-sets", { ...sent, key });
  expect(expectProblem(reply, code)).toEqual(pointers);
  const { body } = await api.send("GET", "/v1/stack-sets", { key });
  expect(body.items).toEqual([]);
  expect(api.rollouts.started).toEqual([]);
});

test("the smallest valid body, which the others are spoiled from, is taken on", async () => {
  const reply = await api.send("POST", "/v1/stack-sets", { key, body: { ...launch, name: "valid" } });
  expect(reply.status).toBe(202);
  expect((await api.send("DELETE", "/v1/stack-sets/valid", { key })).status).toBe(202);
  await api.db.updateTable("stackSets").set({ deletedAt: new Date() }).execute();
  api.rollouts.started.length = 0;
});

const badQueries: readonly (readonly [query: string, pointer: string])[] = [
  ["pageSize=0", "/query/pageSize"],
  ["pageSize=201", "/query/pageSize"],
  ["pageSize=ten", "/query/pageSize"],
  ["pageSize=1.5", "/query/pageSize"],
  ["pageToken=nonsense", "/query/pageToken"],
  ["pageToken=eyJhIjoxfQ", "/query/pageToken"],
  ["pagesize=3", "/query/pagesize"],
  ["pageSize=1&pageSize=2", "/query/pageSize"],
  ["team=%00", "/query/team"],
];

test.each(badQueries)("the query %s is refused", async (query, pointer) => {
  const reply = await api.send("GET", `/v1/stack-sets?${query}`, { key });
  expect(expectProblem(reply, "invalid-request")).toEqual([pointer]);
});

test.each(["/v1/nothing", "/v1", "/nothing", "/v1/stack-sets/a/b", "/v1/Stack-Sets"])(
  "%s is not there",
  async (path) => {
    expectProblem(await api.send("GET", path, { key }), "not-found");
  },
);

test.each([
  "%00",
  "%E0%A4%A",
  "%ED%A0%80",
  "..%2f..%2fetc",
  encodeURIComponent("'; drop table stacks; --"),
  "constructor",
])("a name in the path that no thing can have (%s) is not found", async (name) => {
  for (const collection of ["stack-sets", "stacks", "targets", "blueprints", "policies"]) {
    expectProblem(await api.send("GET", `/v1/${collection}/${name}`, { key }), "not-found");
  }
});

test("a method that a path does not have is 405 and says which it has", async () => {
  const reply = await api.send("PUT", "/v1/stack-sets/launch", { key, body: {} });
  expectProblem(reply, "method-not-allowed");
  expect(reply.headers.get("allow")).toBe("GET, HEAD, PATCH, DELETE");
});

test("a failure that nobody expected says nothing of itself but the request's id, under which the log has it", async () => {
  const broken = await startApi({
    app: {
      observe: () => {
        throw new TypeError("the secret of the house");
      },
    },
  });
  try {
    const reply = await broken.send("GET", "/v1/targets");
    expect(reply.status).toBe(500);
    expectProblem(reply, "internal");
    expect(JSON.stringify(reply.body)).not.toContain("secret of the house");
    expect(broken.logs.join("")).toContain("the secret of the house");
    expect(broken.logs.join("")).toContain(reply.body.requestId);
  } finally {
    await broken.close();
  }
});

test("the log has one line for a request, and neither keys nor queries", async () => {
  api.logs.length = 0;
  const reply = await api.send("GET", "/v1/targets?pageSize=7", { key, headers: { cookie: "session=very-secret" } });
  await expect.poll(() => api.logs.length).toBe(1);
  const line = api.logs[0] ?? "";
  expect(JSON.parse(line)).toMatchObject({
    method: "GET",
    path: "/v1/targets",
    route: "/v1/targets",
    status: 200,
    requestId: reply.headers.get("x-request-id"),
  });
  expect(line).not.toContain(key);
  expect(line).not.toContain("pageSize");
  expect(line).not.toContain("very-secret");
});

test("a refusal by role names the permission, and is on record", async () => {
  const reply = await api.send("POST", "/v1/stack-sets", { key: await api.keyFor("viewer"), body: launch });
  expectProblem(reply, "forbidden");
  expect(reply.body).toMatchObject({ permission: "change", role: "viewer" });
  const { body } = await api.send("GET", "/v1/audit-log", { key: admin });
  expect(body.items[0]).toMatchObject({
    action: "stack-set.create",
    outcome: "refused",
    actorName: "viewer of default",
  });
});

test("one key that asks too often is told when to come again, and others are not", async () => {
  const slow = await startApi({ app: { rateLimits: { perKey: 3, refusedPerAddress: 2 } } });
  try {
    const busy = await slow.keyFor("viewer");
    const calm = await slow.keyFor("operator");
    for (let count = 0; count < 3; count += 1)
      expect((await slow.send("GET", "/v1/targets", { key: busy })).status).toBe(200);
    const reply = await slow.send("GET", "/v1/targets", { key: busy });
    expectProblem(reply, "too-many-requests");
    expect(Number(reply.headers.get("retry-after"))).toBeGreaterThan(0);
    expect((await slow.send("GET", "/v1/targets", { key: calm })).status).toBe(200);
    for (let count = 0; count < 2; count += 1)
      expectProblem(await slow.send("GET", "/v1/targets", { key: "guess" }), "unauthenticated");
    expectProblem(await slow.send("GET", "/v1/targets", { key: "guess" }), "too-many-requests");
  } finally {
    await slow.close();
  }
});

test("answers are data that no browser runs, frames or keeps", async () => {
  const { headers } = await api.send("GET", "/v1/targets", { key });
  expect(headers.get("content-security-policy")).toBe("default-src 'none';frame-ancestors 'none'");
  expect(headers.get("x-content-type-options")).toBe("nosniff");
  expect(headers.get("cache-control")).toBe("private, no-cache");
  expect(headers.get("x-powered-by")).toBeNull();
});

test("what has not changed since it was read is not sent again", async () => {
  const path = "/v1/targets/sandbox";
  const etag = (await api.send("GET", path, { key })).headers.get("etag") ?? "";
  // Not fetch, which asks for a fresh answer by itself when it is given If-None-Match.
  const ask = (tag: string) =>
    new Promise<number | undefined>((resolve, reject) => {
      const headers = { authorization: `Bearer ${key}`, "if-none-match": tag };
      get(api.url + path, { headers }, (res) => resolve(res.resume().statusCode)).on("error", reject);
    });
  expect(await ask(etag)).toBe(304);
  expect(await ask('"99"')).toBe(200);
});

test("a request in the middle of which the database goes away is told to come again", async () => {
  const own = await startApi({
    app: {
      authenticator: { authenticate: () => Promise.reject(Object.assign(new Error("gone"), { code: "ECONNREFUSED" })) },
    },
  });
  try {
    const reply = await own.send("GET", "/v1/targets", { key });
    expectProblem(reply, "unavailable");
    expect(reply.headers.get("retry-after")).toBe("2");
  } finally {
    await own.close();
  }
});
