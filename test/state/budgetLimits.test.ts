import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createSpending } from "../../api/budgets/spending.ts";
import type { JournalEntry, Resource } from "../../api/state/deployments/deployment.ts";
import { priceStack } from "../../pricing/index.ts";
import { type BudgetWorld, gateway, NAT, ONE, previewOf, priced, startBudgetWorld } from "./support/budgetWorld.ts";
import { begun, deploymentOf, succeeded, thing } from "./support/protocolClient.ts";
import { startTestBackend, type TestBackend, testKeyring } from "./support/testBackend.ts";

const keyring = testKeyring();
let world: BudgetWorld;
let client: BudgetWorld["client"];
beforeAll(async () => {
  world = await startBudgetWorld({ keyring });
  ({ client } = world);
});
afterAll(() => world.close());
beforeEach(() => world.clear());

const somewhere = (name: string, more: Partial<Resource> = {}): Resource => ({ ...thing(name, {}, NAT), ...more });
const DEAREST = priced(somewhere("a"));

test("a stack in no region that is known spends as in the dearest one: at previews, steps and ends, and when its state is imported", async () => {
  expect(DEAREST).toBeGreaterThan(ONE);
  await world.set(DEAREST);
  const stack = await client.makeStack();
  expect((await (await previewOf(client, stack, { made: [somewhere("a")] })).complete()).status).toBe(200);
  expect(await world.standing()).toEqual({ free: 0, reserved: DEAREST, committed: 0 });
  const held = (await world.view()).stacks[0];
  expect(held?.regionAssumed).toEqual([{ type: NAT, count: 1, why: expect.stringContaining("no region is known") }]);
  const update = await client.start(stack);
  expect((await update.journal(begun(1, "creating", somewhere("a")))).status).toBe(200);
  expect((await update.journal(begun(2, "creating", somewhere("b")))).status).toBe(403);
  await update.journal(succeeded(1, somewhere("a")));
  await update.complete("failed");
  expect(await world.standing()).toEqual({ free: 0, reserved: 0, committed: DEAREST });
  await world.backend.call("POST", `${stack}/import`, { body: deploymentOf(somewhere("a"), somewhere("b")) });
  expect(await world.standing()).toEqual({ free: -DEAREST, reserved: 0, committed: 2 * DEAREST });
});

test("each resource is priced where its provider leads, which the update itself may have made", async () => {
  const provider = (name: string, inputs: object): Resource => ({
    ...thing(name, { ...inputs }, "pulumi:providers:aws"),
    id: `${name}-id`,
  });
  const virginia = provider("home", { region: "us-east-1" });
  const ireland = provider("away", { region: "eu-west-1" });
  const anywhere = provider("vague", {});
  const through = (name: string, by: Resource) => somewhere(name, { provider: `${by.urn}::${by.id}` });
  const there = priceStack([{ urn: "a", type: NAT, name: "a", inputs: { region: "eu-west-1" } }]).monthly;
  await world.set(10 * DEAREST);
  const update = await client.start(await client.makeStack());
  await update.journal(begun(1, "creating", virginia), begun(2, "creating", ireland), begun(3, "creating", anywhere));
  await update.journal(begun(4, "creating", through("a", virginia)));
  expect(await world.standing()).toMatchObject({ reserved: ONE });
  await update.journal(begun(5, "creating", through("b", ireland)));
  expect(await world.standing()).toMatchObject({ reserved: ONE + there });
  await update.journal(begun(6, "creating", through("c", anywhere)));
  expect(await world.standing()).toMatchObject({ reserved: ONE + there + DEAREST });
  await update.complete("failed");
});

test("what a preview says it deletes is not spent again: updates that then delete nothing leave the budget as full as it was reserved", async () => {
  await world.set(7 * ONE);
  const stacks = await Promise.all(
    ["one", "two", "three", "four"].map(async () => {
      const stack = await client.makeStack();
      await world.backend.call("POST", `${stack}/import`, { body: deploymentOf(gateway("old")) });
      return stack;
    }),
  );
  expect(await world.standing()).toEqual({ free: 3 * ONE, reserved: 0, committed: 4 * ONE });
  const swap = { made: [gateway("new")], gone: [gateway("old")] };
  const previews = await Promise.all(stacks.map((stack) => previewOf(client, stack, swap)));
  const statuses = await Promise.all(previews.map(async (update) => (await update.complete()).status));
  expect(statuses.toSorted()).toEqual([200, 200, 200, 403]);
  expect(await world.standing()).toEqual({ free: 0, reserved: 3 * ONE, committed: 4 * ONE });
  for (const [index, stack] of stacks.entries()) {
    const update = await client.start(stack);
    const begins = await update.journal(begun(1, "creating", gateway("new")));
    expect(begins.status).toBe(statuses[index]);
    if (begins.status === 200) await update.journal(succeeded(1, gateway("new")));
    await update.complete("failed"); // it deleted nothing
  }
  expect(await world.standing()).toEqual({ free: 0, reserved: 0, committed: 7 * ONE });
});

test("what it does delete is free when the update has ended, and a preview that only deletes needs no room", async () => {
  await world.set(ONE);
  const stack = await client.makeStack();
  await world.backend.call("POST", `${stack}/import`, { body: deploymentOf(gateway("old"), gateway("older")) });
  expect(await world.standing()).toEqual({ free: -ONE, reserved: 0, committed: 2 * ONE });
  expect((await (await previewOf(client, stack, { gone: [gateway("old")] })).complete()).status).toBe(200);
  const update = await client.start(stack);
  await update.journal(begun(1, "deleting", gateway("old")), { kind: 1, operationID: 1, removeOld: 0 });
  await update.complete();
  expect(await world.standing()).toEqual({ free: 0, reserved: 0, committed: ONE });
});

test("what has no price is told where money is reserved, by type and count, in the budget's view and in the preview's line", async () => {
  await world.set(ONE);
  const broker = (name: string) => thing(name, {}, "aws:mq/broker:Broker");
  const stack = await client.makeStack();
  await (await previewOf(client, stack, { made: [gateway("a"), broker("a"), broker("b")] })).complete();
  const view = await world.view();
  expect(view.unpriced).toEqual([{ type: "aws:mq/broker:Broker", count: 2 }]);
  expect(view.stacks[0]?.unpriced).toEqual([expect.objectContaining({ type: "aws:mq/broker:Broker", count: 2 })]);
  const { messages } = (await client.create(stack, {})).body;
  expect(messages[0].message).toContain("2 resources have no price, or a part that has none: 2 aws:mq/broker:Broker");
});

test("a step is priced with what another control process recorded of the same update", async () => {
  const other = await startTestBackend({
    spending: createSpending({ clock: world.clock, reservedForMs: 3_600_000 }),
    keyring,
    database: { ...world.backend.database, close: async () => undefined },
  });
  try {
    const region = "us-east-1";
    const disks = [{ ebs: { volumeSize: 50, volumeType: "gp3" } }];
    const template = {
      ...thing(
        "t",
        { region, instanceType: "m5.large", blockDeviceMappings: disks },
        "aws:ec2/launchTemplate:LaunchTemplate",
      ),
      id: "lt-1",
    };
    const group = (name: string) =>
      thing(name, { region, minSize: 1, maxSize: 1, launchTemplate: { id: "lt-1" } }, "aws:autoscaling/group:Group");
    const both = [template, group("g")].map((of) => ({ ...of, name: of.urn, inputs: of.inputs ?? {} }));
    const machine = priceStack(both).monthly;
    expect(machine).toBeGreaterThan(50 * 80_000);
    await world.set(10 * machine);
    const update = await client.start(await client.makeStack());
    let sequence = 0;
    const through = ({ call }: TestBackend, ...entries: Partial<JournalEntry>[]) =>
      call("PATCH", `${update.path}/journalentries`, {
        authorization: `update-token ${update.token}`,
        body: {
          entries: entries.map((entry) => ({ version: 1, operationID: 0, ...entry, sequenceID: ++sequence })),
        },
      });
    // The other one has begun to keep what it knows of the update before the template is announced elsewhere.
    expect((await through(other, begun(1, "creating", gateway("a")))).status).toBe(200);
    expect((await through(world.backend, begun(2, "creating", template), succeeded(2, template))).status).toBe(200);
    expect((await through(other, begun(3, "creating", group("g")))).status).toBe(200);
    expect(await world.standing()).toMatchObject({ reserved: ONE + machine });
    await update.complete("failed");
  } finally {
    await other.close();
  }
});
