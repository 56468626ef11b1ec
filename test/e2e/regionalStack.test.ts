import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxResources, untilEnded } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";

let service: TestService;

beforeAll(async () => {
  service = await startTestService();
});

afterAll(() => service?.close());

const regions = ["eu-west-1", "us-east-1", "ap-northeast-1"];

test("a team asks for a stack set in three regions, follows it, sees its outputs, changes it and tears it down", async () => {
  const created = await service.call("POST", "/v1/stack-sets", {
    body: { name: "launch", blueprint: "game-servers", target: "sandbox", regions, inputs: {} },
  });
  expect(created.status, JSON.stringify(created.body)).toBe(202);
  expect(created.headers.get("location")).toBe(`/v1/rollouts/${created.body.id}`);

  const events = await service.call("GET", `/v1/rollouts/${created.body.id}/events`);
  expect(events.body).toContain("event: resource");
  expect(events.body.trimEnd().split("\n\n").at(-1)).toMatch(/event: end\ndata: .*"status":"succeeded"/);

  const rollout = await untilEnded(service, `/v1/rollouts/${created.body.id}`);
  expect(rollout).toMatchObject({ status: "succeeded", kind: "create", stackSet: "launch" });
  expect(rollout.regions.map((each: { region: string; status: string }) => `${each.region} ${each.status}`)).toEqual(
    regions.map((region) => `${region} succeeded`),
  );

  const stack = await service.call("GET", "/v1/stacks/launch.sandbox.eu-west-1");
  expect(stack.body).toMatchObject({ status: "ready", cloud: "sandbox", region: "eu-west-1" });
  expect(stack.body.resourceCount).toBeGreaterThan(15);
  expect(stack.body.outputs.vpcId).toMatch(/^vpc-/);
  expect(JSON.stringify(stack.body.outputs)).toContain('{"secret":true}');

  const preview = await service.call("POST", "/v1/stacks/launch.sandbox.eu-west-1/operations", {
    body: { kind: "preview" },
  });
  const unchanged = await untilEnded(service, preview.headers.get("location") ?? "");
  expect(unchanged).toMatchObject({ status: "succeeded", changes: { create: 0, update: 0, replace: 0, delete: 0 } });

  const { headers } = await service.call("GET", "/v1/stack-sets/launch");
  const switched = await service.call("PATCH", "/v1/stack-sets/launch", {
    body: { regions: ["eu-west-1"], inputs: { activeColour: "green" } },
    headers: { "if-match": headers.get("etag") ?? "" },
  });
  expect(switched.status, JSON.stringify(switched.body)).toBe(202);
  expect(await untilEnded(service, switched.headers.get("location") ?? "")).toMatchObject({ status: "succeeded" });
  expect((await service.call("GET", "/v1/stacks/launch.sandbox.us-east-1")).status).toBe(404);
  const { body: updated } = await service.call(
    "GET",
    "/v1/operations?stack=launch.sandbox.eu-west-1&kind=up&pageSize=1",
  );
  expect(updated.items[0].applied.replace).toBe(0);
  expect(updated.items[0].applied.update).toBeGreaterThan(0);

  const deleted = await service.call("DELETE", "/v1/stack-sets/launch");
  expect(deleted.status).toBe(202);
  const again = await service.call("DELETE", "/v1/stack-sets/launch");
  expect(again.body.id).toBe(deleted.body.id);
  expect(await untilEnded(service, `/v1/rollouts/${deleted.body.id}`)).toMatchObject({ status: "succeeded" });
  expect((await service.call("DELETE", "/v1/stack-sets/launch")).status).toBe(404);
  expect(await sandboxResources(service)).toEqual([]);
  expect((await service.call("GET", `/v1/rollouts/${created.body.id}`)).status).toBe(200);
}, 300_000);
