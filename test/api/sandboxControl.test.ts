import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type { SandboxControl } from "../../api/sandboxControl/sandboxClient.ts";
import { expectProblem, type Harness, startApi } from "./apiHarness.ts";

/** Stands for the sandbox's control port: what it was asked, and what it shall answer. */
let asked: { method: string; url: string; authorization: string; body: unknown }[] = [];
let answer: { status: number; body?: unknown } = { status: 200, body: {} };
let control: Server;
let sandbox: SandboxControl | undefined;
let api: Harness;
let admin: string;

beforeAll(async () => {
  control = createServer(async (req, res) => {
    const { method = "", url = "", headers } = req;
    asked.push({ method, url, authorization: headers.authorization ?? "", body: await bodyOf(req) });
    res.writeHead(answer.status, { "content-type": "application/json" });
    res.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => control.listen(0, "127.0.0.1", resolve));
  api = await startApi({ sandboxControl: () => sandbox });
  admin = await api.keyFor("admin");
});
afterAll(async () => {
  control.closeAllConnections();
  await new Promise((resolve) => control.close(resolve));
  await api.close();
});
beforeEach(() => {
  asked = [];
  const { port } = control.address() as AddressInfo; // listening on TCP
  sandbox = { url: `http://127.0.0.1:${port}`, token: "control-token" };
});

const resource = (uid: string) => ({
  uid,
  type: "aws:ec2/vpc:Vpc",
  id: `vpc-${uid}`,
  account: "000000000000",
  region: "eu-west-1",
  status: "ready",
  createdAt: "2026-11-21T12:00:00.000Z",
});

test("resources are asked for with the filter and the sandbox's own token, and given in pages", async () => {
  answer = { status: 200, body: { items: ["c", "a", "b"].map(resource) } };
  const first = await api.send("GET", "/v1/sandbox/resources?region=eu-west-1&pageSize=2", { key: admin });
  expect(asked).toMatchObject([
    { method: "GET", url: "/resources?region=eu-west-1", authorization: "Bearer control-token" },
  ]);
  expect(first.body.items.map(({ uid }: { uid: string }) => uid)).toEqual(["a", "b"]);
  const next = await api.send("GET", `/v1/sandbox/resources?pageSize=2&pageToken=${first.body.nextPageToken}`, {
    key: admin,
  });
  expect(next.body.items.map(({ uid }: { uid: string }) => uid)).toEqual(["c"]);
  expect(next.body).not.toHaveProperty("nextPageToken");
});

test("the ledger is read on from the last call seen", async () => {
  const entry = (seq: number) => ({ seq, operation: "create", outcome: "ok" });
  answer = { status: 200, body: { items: [entry(4), entry(7), entry(9)], next: 9 } };
  const { body } = await api.send("GET", "/v1/sandbox/ledger?pageSize=2&operation=create", { key: admin });
  expect(body.items).toEqual([entry(4), entry(7)]);
  await api.send("GET", `/v1/sandbox/ledger?pageSize=2&pageToken=${body.nextPageToken}`, { key: admin });
  expect(asked.map(({ url }) => url)).toEqual(["/ledger?operation=create&limit=3", "/ledger?after=7&limit=3"]);
});

test("drift is passed on, with the path's parts encoded, and is in the audit log without values", async () => {
  answer = { status: 200, body: resource("a/b") };
  const body = { properties: { tags: { secret: "s3cret" } } };
  const reply = await api.send("PATCH", "/v1/sandbox/resources/a%2Fb", { key: admin, body });
  expect(reply.status).toBe(200);
  expect(asked).toMatchObject([{ method: "PATCH", url: "/resources/a%2Fb", body }]);
  const audit = await api.send("GET", "/v1/audit-log", { key: admin });
  expect(audit.body.items[0]).toMatchObject({
    action: "sandbox.drift",
    subject: "/v1/sandbox/resources/a%2Fb",
    details: { properties: ["tags"] },
  });
  expect(JSON.stringify(audit.body)).not.toContain("s3cret");
});

test("faults and latency are set and removed", async () => {
  answer = { status: 201, body: { id: "fault-1", kind: "throttling" } };
  const made = await api.send("POST", "/v1/sandbox/faults", {
    key: admin,
    body: { kind: "throttling", rate: 0.5, scope: { region: "eu-west-1" } },
  });
  expect(made.status).toBe(201);
  expect(made.headers.get("location")).toBe("/v1/sandbox/faults/fault-1");
  answer = { status: 204 };
  expect((await api.send("DELETE", "/v1/sandbox/faults/fault-1", { key: admin })).status).toBe(204);
  expect((await api.send("DELETE", "/v1/sandbox/faults", { key: admin })).status).toBe(204);
  answer = { status: 200, body: { profile: "fast", waitFactor: 0, callMs: 1 } };
  expect((await api.send("PUT", "/v1/sandbox/latency", { key: admin, body: { profile: "fast" } })).body).toMatchObject({
    profile: "fast",
  });
  expect(asked.map(({ method, url }) => `${method} ${url}`)).toEqual([
    "POST /faults",
    "DELETE /faults/fault-1",
    "DELETE /faults",
    "PUT /latency",
  ]);
});

test.each([
  [400, "bad-request", "invalid-request"],
  [404, "not-found", "not-found"],
  [409, "DependencyViolation", "invalid-transition"],
  [422, "InvalidParameterValue", "invalid-request"],
  [500, "internal", "unavailable"],
])("what the sandbox refuses with %d %s is the problem %s", async (status, cloudCode, code) => {
  answer = { status, body: { error: { code: cloudCode, message: "not like this" } } };
  const reply = await api.send("DELETE", "/v1/sandbox/resources/a", { key: admin });
  expectProblem(reply, code);
  if (code !== "unavailable")
    expect(reply.body).toMatchObject({ cloudCode, detail: expect.stringContaining("not like this") });
});

test.each([
  ["a rate above one", { kind: "throttling", rate: 2 }, "/rate"],
  ["an unknown member", { kind: "throttling", when: "now" }, "/when"],
  ["an unknown scope", { kind: "throttling", scope: { planet: "x" } }, "/scope/planet"],
])("a fault with %s is refused before the sandbox sees it", async (_what, body, pointer) => {
  expect(expectProblem(await api.send("POST", "/v1/sandbox/faults", { key: admin, body }), "invalid-request")).toEqual([
    pointer,
  ]);
  expect(asked).toEqual([]);
});

test("a sandbox that does not answer is unavailable, and one that is switched off is not found", async () => {
  sandbox = { url: "http://127.0.0.1:1", token: "t" };
  expectProblem(await api.send("GET", "/v1/sandbox/faults", { key: admin }), "unavailable");
  sandbox = undefined;
  expectProblem(await api.send("GET", "/v1/sandbox/faults", { key: admin }), "not-found");
});

async function bodyOf(req: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer); // a request without an encoding gives buffers
  const text = Buffer.concat(chunks).toString();
  return text === "" ? undefined : JSON.parse(text);
}
