import { afterAll, beforeAll, expect, test } from "vitest";
import { sandboxResources, untilEnded } from "../support/operations.ts";
import { startTestService, type TestService } from "../support/service.ts";
import { changesMade, inCloud } from "./supportLedger.ts";

/** Two hundred resources, made and removed, on a machine that others use too. */
const PATIENCE = { timeout: 600_000 };
const STACK = "launch.live.eu-west-1";

let service: TestService;
beforeAll(async () => {
  service = await startTestService();
});
afterAll(() => service?.close());

async function changeInputs(inputs: object): Promise<void> {
  const { headers } = await service.call("GET", "/v1/stack-sets/launch");
  const match = { "if-match": headers.get("etag") ?? "" };
  const changed = await service.call("PATCH", "/v1/stack-sets/launch", { body: { inputs }, headers: match });
  expect(await untilEnded(service, changed.headers.get("location") ?? "")).toMatchObject({ status: "succeeded" });
}

async function tornDown() {
  const asked = await service.call("DELETE", "/v1/stack-sets/launch");
  const rollout = await untilEnded(service, asked.headers.get("location") ?? "");
  const { body } = await service.call("GET", `/v1/operations?stack=${STACK}&kind=destroy&pageSize=1`);
  return { rollout, operation: (await service.call("GET", `/v1/operations/${body.items[0].id}`)).body };
}

test(
  "a teardown that rules forbid is refused as a whole, before an engine runs, and says what would go",
  PATIENCE,
  async () => {
    const target = { name: "live", cloud: "sandbox", account: "210987654321", environment: "production" };
    const made = await service.call("POST", "/v1/targets", { body: { ...target, regions: ["eu-west-1"] } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    const created = await service.call("POST", "/v1/stack-sets", {
      body: { name: "launch", blueprint: "game-servers", target: "live", regions: ["eu-west-1"], inputs: {} },
    });
    expect(await untilEnded(service, created.headers.get("location") ?? "")).toMatchObject({ status: "succeeded" });
    const [standing, changes] = [await inCloud(service, STACK), await changesMade(service, STACK)];

    const { rollout, operation } = await tornDown();
    expect(rollout).toMatchObject({ status: "failed", error: { code: "policy-denied" } });
    expect(operation).toMatchObject({ status: "policy-denied", applied: { delete: 0 } });
    const { body: stack } = await service.call("GET", `/v1/stacks/${STACK}`);
    expect(operation.changes.delete).toBe(stack.resourceCount);
    const policies = new Set(operation.verdicts.map(({ policy }: { policy: string }) => policy));
    expect(policies).toEqual(new Set(["reliability-protect-data-stores", "reliability-keep-last-region"]));
    const { body: seen } = await service.call("GET", `/v1/stacks/${STACK}/teardown`);
    expect(seen).toMatchObject({ allowed: false, dying: expect.arrayContaining(operation.error.dying) });
    expect(operation.error.dyingCount).toBe(seen.dying.length);
    expect(operation.verdicts.length).toBeGreaterThan(1);
    const { body: events } = await service.call("GET", `/v1/operations/${operation.id}/events`);
    expect(events).toContain("event: verdict");
    expect(events).not.toContain('"status":"running"');
    expect(await inCloud(service, STACK)).toEqual(standing);
    expect(await changesMade(service, STACK)).toEqual(changes);

    await changeInputs({ deletionProtection: false });
    const last = await tornDown();
    expect(last.rollout).toMatchObject({ status: "failed", error: { code: "policy-denied" } });
    expect(last.operation.verdicts.map(({ policy }: { policy: string }) => policy)).toEqual([
      "reliability-keep-last-region",
    ]);

    const exemption = await exempted("reliability-keep-last-region");
    const allowed = await tornDown();
    expect(allowed.rollout).toMatchObject({ status: "succeeded" });
    expect(allowed.operation.applied.delete).toBe(stack.resourceCount);
    expect(allowed.operation.verdicts).toContainEqual(expect.objectContaining({ outcome: "exempted", exemption }));
    expect(await sandboxResources(service)).toEqual([]);
    expect((await service.call("GET", `/v1/exemptions/${exemption}`)).body).toMatchObject({
      status: "exhausted",
      uses: 1,
    });
  },
);

/** Asked for by one person and approved by another. @returns its id */
async function exempted(policy: string): Promise<string> {
  const keyOf = async (person: string, role: string): Promise<string> => {
    const made = await service.call("POST", "/v1/api-keys", { body: { name: person, person, role, team: "default" } });
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return made.body.key;
  };
  const endsAt = new Date(Date.now() + 3_600_000).toISOString();
  const asked = await service.call("POST", "/v1/exemptions", {
    key: await keyOf("ada@example.com", "operator"),
    body: { policy, scope: { stackSet: "launch" }, reason: "The game ends with this season.", endsAt },
  });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  const approved = await service.call("POST", `/v1/exemptions/${asked.body.id}/approve`, {
    key: await keyOf("grace@example.com", "approver"),
  });
  expect(approved.body).toMatchObject({ status: "active" });
  return asked.body.id;
}
