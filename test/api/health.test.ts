import { afterAll, beforeAll, expect, test } from "vitest";
import { checkReadiness } from "../../api/health/readiness.ts";
import { type Harness, startApi } from "./apiHarness.ts";

let api: Harness;
let engine: Error | undefined;
beforeAll(async () => {
  const checks = {
    database: async () => undefined,
    engine: async () => {
      if (engine !== undefined) throw engine;
    },
  };
  api = await startApi({ checks });
});
afterAll(() => api.close());

test("the process is alive, without a key", async () => {
  expect(await api.send("GET", "/livez")).toMatchObject({ status: 200, body: { status: "alive" } });
});

test("it is ready when each of its needs is there, and names the one that is not", async () => {
  const ready = await api.send("GET", "/readyz");
  expect(ready).toMatchObject({
    status: 200,
    body: { status: "ready", checks: { database: { status: "ok" }, engine: { status: "ok" } } },
  });
  engine = new Error("no pulumi of version 3.259.0 was found");
  const not = await api.send("GET", "/readyz");
  engine = undefined;
  expect(not.status).toBe(503);
  expect(not.body).toEqual({
    status: "not-ready",
    checks: {
      database: { status: "ok" },
      engine: { status: "failed", reason: "no pulumi of version 3.259.0 was found" },
    },
  });
});

test("a need that does not answer counts as missing", async () => {
  const readiness = await checkReadiness({ slow: () => new Promise(() => undefined) }, 10);
  expect(readiness.checks).toEqual({ slow: { status: "failed", reason: "no answer in 10 ms" } });
});

test("metrics tell requests by declared route and status, operations by status, and connections", async () => {
  const key = await api.keyFor("viewer");
  await api.send("GET", "/v1/stack-sets/some-name", { key });
  const { body, headers } = await api.send("GET", "/metrics");
  expect(headers.get("content-type")).toMatch(/^text\/plain/);
  expect(body).toMatch(
    /meridian_http_request_duration_seconds_count\{[^}]*route="\/v1\/stack-sets\/\{name\}"[^}]*status="404"[^}]*\} 1/,
  );
  expect(body).toContain('meridian_operations{status="running"} 2');
  expect(body).toContain('meridian_database_connections{state="waited-for"} 0');
  expect(body).toContain("nodejs_eventloop_lag");
  expect(body).not.toContain("some-name");
});

test("health and metrics are not in the log", async () => {
  api.logs.length = 0;
  for (const path of ["/livez", "/readyz", "/metrics"]) await api.send("GET", path);
  await api.send("GET", "/v1/targets", { key: await api.keyFor("viewer") });
  await expect.poll(() => api.logs.length).toBeGreaterThan(0);
  expect(api.logs.map((line) => JSON.parse(line).path)).toEqual(["/v1/targets"]);
});
