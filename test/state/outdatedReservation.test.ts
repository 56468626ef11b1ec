import { afterAll, beforeAll, expect, test } from "vitest";
import { systemClock as clock } from "../../api/base/clock.ts";
import { createBudgetService } from "../../api/budgets/budgetService.ts";
import { createSpending } from "../../api/budgets/spending.ts";
import { verifyBooks } from "../../api/budgets/verifyBooks.ts";
import type { Resource } from "../../api/state/deployments/deployment.ts";
import { priceStack } from "../../pricing/index.ts";
import { begun, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { realGate, startTestBackend, TEAM, type TestBackend, testKeyring } from "./support/testBackend.ts";

/** Two control processes over one database, as behind a load balancer. */
let first: TestBackend;
let second: TestBackend;
beforeAll(async () => {
  const both = {
    gate: await realGate(),
    keyring: testKeyring(),
    spending: createSpending({ clock, reservedForMs: 3_600_000 }),
  };
  first = await startTestBackend(both);
  second = await startTestBackend({ ...both, database: first.database });
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
const gateway = (name: string) => made(name, "natGateway:NatGateway", { region: "us-east-1" });
const association = (zone: string) =>
  made(`association-${zone}`, "routeTableAssociation:RouteTableAssociation", {
    routeTableId: "table",
    subnetId: `subnet-${zone}`,
  });
const before = [
  ...[subnet("a"), subnet("b"), gateway("nat"), made("table", "routeTable:RouteTable", {})],
  made("route", "route:Route", { natGatewayId: "nat", routeTableId: "table" }),
];
const one = priceStack([{ urn: "n", type: gateway("n").type, inputs: gateway("n").inputs ?? {}, name: "n" }]).monthly;

async function reserved(): Promise<number> {
  expect(await verifyBooks(first.database.db)).toEqual([]);
  const budgets = first.database.db.selectFrom("budgets").select("reserved");
  return (await budgets.executeTakeFirstOrThrow()).reserved;
}

test("money that was asked for on an outdated view of the update is free again when the step is refused on a fresh one", async () => {
  const budgets = createBudgetService({ clock, standingPrices: first.state.standingPrices });
  const budget = { team: TEAM, stackSet: undefined, amount: 10 * one, createdBy: "admin" };
  await first.database.db.transaction().execute((tx) => budgets.create(tx, budget));
  const client = protocolClient(first);
  const update = await client.start(await client.makeStack());
  let [operation, sequence] = [0, 1_000];
  const elsewhere = (...resources: Resource[]) =>
    second.call("PATCH", `${update.path}/journalentries`, {
      authorization: `update-token ${update.token}`,
      body: {
        entries: resources.map((resource) => ({
          ...{ version: 1, sequenceID: ++sequence },
          ...begun(++operation, "creating", resource),
        })),
      },
    });
  // The second process has its view of the update from here on, and the first goes on.
  expect((await elsewhere(subnet("c"))).status).toBe(200);
  for (const resource of [...before, association("a")]) {
    expect((await update.journal(begun(++operation, "creating", resource))).status).toBe(200);
    expect((await update.journal(succeeded(operation, resource))).status).toBe(200);
  }
  expect(await reserved()).toBe(one);
  const refused = await elsewhere(gateway("another"), association("b"));
  expect(refused).toMatchObject({ status: 403, body: { message: expect.stringContaining("serves 2 zones") } });
  expect(await reserved()).toBe(one);
  expect((await elsewhere(gateway("third"))).status).toBe(200);
  expect(await reserved()).toBe(2 * one);
});
