import { afterAll, beforeAll, expect, test } from "vitest";
import type { Resource } from "../../api/state/deployments/deployment.ts";
import { begun, protocolClient, type RunningUpdate, succeeded, thing } from "./support/protocolClient.ts";
import { realGate, startTestBackend, type TestBackend, testKeyring } from "./support/testBackend.ts";

/** Two control processes over one database, as behind a load balancer. */
let first: TestBackend;
let second: TestBackend;
beforeAll(async () => {
  const keyring = testKeyring();
  first = await startTestBackend({ gate: await realGate(), keyring });
  second = await startTestBackend({ gate: await realGate(), keyring, database: first.database });
});
afterAll(async () => {
  await second.close();
  await first.close();
  await (await realGate()).close();
});

const made = (id: string, type: string, inputs: Record<string, unknown>): Resource => ({
  ...thing(id, inputs, `aws:ec2/${type}`),
  id,
  outputs: inputs,
});
const subnet = (zone: string) => made(`subnet-${zone}`, "subnet:Subnet", { availabilityZone: `eu-west-1${zone}` });
const gateway = made("nat", "natGateway:NatGateway", {});
const table = made("table", "routeTable:RouteTable", {});
const route = made("route", "route:Route", { natGatewayId: "nat", routeTableId: "table" });
const association = (zone: string) =>
  made(`association-${zone}`, "routeTableAssociation:RouteTableAssociation", {
    routeTableId: "table",
    subnetId: `subnet-${zone}`,
  });

/** Makes resources through an update, each step in a batch of its own. */
async function makeAll(update: RunningUpdate, ...resources: readonly Resource[]): Promise<number> {
  let status = 200;
  for (const resource of resources) {
    operation += 1;
    const begin = await update.journal(begun(operation, "creating", resource));
    if (begin.status !== 200) return begin.status;
    status = (await update.journal(succeeded(operation, resource))).status;
  }
  return status;
}
let operation = 0;

/** The same update as another process is asked about it. */
function elsewhere(update: RunningUpdate): RunningUpdate["journal"] {
  let sequence = 1000;
  return (...entries) =>
    second.call("PATCH", `${update.path}/journalentries`, {
      authorization: `update-token ${update.token}`,
      body: {
        entries: entries.map((entry) => ({ version: 1, operationID: 0, sequenceID: ++sequence, ...entry })),
      },
    });
}

test("a step is compared with every step of its update before it", async () => {
  const client = protocolClient(first);
  const update = await client.start(await client.makeStack());
  expect(await makeAll(update, subnet("a"), subnet("b"), gateway, table, route, association("a"))).toBe(200);
  const refused = await update.journal(begun(++operation, "creating", association("b")));
  expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining("serves 2 zones") } });
});

test("a step that was refused is compared with none", async () => {
  const client = protocolClient(first);
  const update = await client.start(await client.makeStack());
  await makeAll(update, subnet("a"), subnet("b"), gateway, table, route, association("a"));
  expect(await makeAll(update, association("b"))).toBe(403);
  expect(await makeAll(update, subnet("c"))).toBe(200);
});

test("a step that one process judges is compared with those that another has recorded meanwhile", async () => {
  const client = protocolClient(first);
  const update = await client.start(await client.makeStack());
  const journalElsewhere = elsewhere(update);
  const begin = begun(++operation, "creating", subnet("b"));
  expect((await journalElsewhere(begin)).status).toBe(200);
  expect((await journalElsewhere(succeeded(operation, subnet("b")))).status).toBe(200);
  expect(await makeAll(update, subnet("a"), gateway, table, route, association("a"))).toBe(200);
  const refused = await journalElsewhere(begun(++operation, "creating", association("b")));
  expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining("serves 2 zones") } });
});

test("an update's end of a replacement leaves its successor to be compared with", async () => {
  const client = protocolClient(first);
  const update = await client.start(await client.makeStack());
  await makeAll(update, subnet("a"), subnet("b"), gateway, table, route, association("a"));
  const old = { ...association("a"), id: "old", delete: true };
  await update.journal(begun(++operation, "deleting", old));
  const refused = await update.journal(begun(++operation, "creating", association("b")));
  expect(refused.status).toBe(403);
});
