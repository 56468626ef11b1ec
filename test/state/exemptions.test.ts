import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Resource } from "../../api/state/deployments/deployment.ts";
import { type EditWorld, groupOf, open, other, startEditWorld, store } from "./support/editWorld.ts";
import { grantExemption, usesOf, withdrawElsewhere } from "./support/exemptions.ts";
import { announcing, begun, deploymentOf, succeeded, thing } from "./support/protocolClient.ts";
import { insertOperation } from "./support/rows.ts";
import { keys, TEAM } from "./support/testBackend.ts";

const OPEN_PORT = "security-no-open-management-port";
const PROTECTION = "reliability-protect-data-stores";
const FLEETS = "cost-limit-fleets";

let world: EditWorld;
let { backend, client, stackOf }: EditWorld = {} as EditWorld; // given before the first test
beforeAll(async () => {
  world = await startEditWorld();
  ({ backend, client, stackOf } = world);
});
afterAll(() => world.close());

const nameOf = (stack: string) => stack.split("/").at(-1) ?? "";
const only = (stack: string) => ({ project: "game", stack: nameOf(stack) });
const refusedBy = (policy: string) => ({ status: 403, body: { message: expect.stringContaining(policy) } });
const create = (index: number, resource: Resource = open) => begun(index, "creating", { ...resource, id: "" });

async function verdictsOn(update: string): Promise<readonly unknown[]> {
  const query = backend.database.db.selectFrom("verdicts").select("verdict").where("updateId", "=", update);
  return (await query.execute()).map(({ verdict }) => verdict);
}

async function stackIdOf(stack: string): Promise<string> {
  const found = await backend.state.findStack({ team: TEAM, project: "game", name: nameOf(stack) });
  return found?.id ?? "";
}

describe("an exemption at the gate", () => {
  test("lets a step through that its rule forbids, on its stack and no other", async () => {
    const [stack, another] = [await client.makeStack(), await client.makeStack()];
    const id = await grantExemption(backend, OPEN_PORT, only(stack));
    const update = await client.start(stack);
    expect((await update.journal(create(1), succeeded(1, open))).status).toBe(200);
    expect(await verdictsOn(update.id)).toContainEqual(
      expect.objectContaining({ policy: OPEN_PORT, level: "advisory", outcome: "exempted", exemption: id }),
    );
    expect(await (await client.start(another)).journal(create(1))).toMatchObject(refusedBy(OPEN_PORT));
    expect(await usesOf(backend, id)).toBe(1);
  });

  test("is for a stack of its team, whatever the stacks of others are called", async () => {
    const made = await backend.call("POST", "/api/stacks/rival/game", {
      key: keys.stranger,
      body: { stackName: "namesake" },
    });
    expect(made.status).toBe(200);
    await grantExemption(backend, OPEN_PORT, { project: "game", stack: "namesake" });
    const update = await client.start("/api/stacks/rival/game/namesake", { key: keys.stranger });
    expect(await update.journal(create(1))).toMatchObject(refusedBy(OPEN_PORT));
  });

  test("lets through what its pattern of URNs fits, and not the thing beside it", async () => {
    const stack = await client.makeStack();
    await grantExemption(backend, OPEN_PORT, { ...only(stack), urn: "*::door" });
    const update = await client.start(stack);
    expect((await update.journal(create(1))).status).toBe(200);
    const beside = groupOf("0.0.0.0/0", { urn: open.urn.replace("door", "window") });
    expect(await update.journal(create(2, beside))).toMatchObject(refusedBy(OPEN_PORT));
  });

  test("lets a figure through up to its ceiling", async () => {
    const stack = await client.makeStack();
    await grantExemption(backend, FLEETS, { ...only(stack), ceiling: 600 });
    const fleet = (name: string, maxSize: number) =>
      create(maxSize, thing(name, { maxSize, tags: {} }, "aws:autoscaling/group:Group"));
    const update = await client.start(stack);
    expect((await update.journal(fleet("enough", 600))).status).toBe(200);
    expect(await update.journal(fleet("more", 601))).toMatchObject(refusedBy(FLEETS));
  });

  test("ends at its end: a step one second before it passes, one at it does not, within one update too", async () => {
    const stack = await client.makeStack();
    const endsAt = new Date(backend.clock.now().getTime() + 60_000);
    await grantExemption(backend, OPEN_PORT, { ...only(stack), endsAt });
    const update = await client.start(stack);
    const left = () => (endsAt.getTime() - backend.clock.now().getTime()) / 1_000;
    backend.moveClock(left() - 1);
    expect((await update.journal(create(1))).status).toBe(200);
    backend.moveClock(left());
    expect(await update.journal(create(2))).toMatchObject(refusedBy(OPEN_PORT));
  });

  test("begins at its beginning", async () => {
    const stack = await client.makeStack();
    const startsAt = new Date(backend.clock.now().getTime() + 60_000);
    await grantExemption(backend, OPEN_PORT, { ...only(stack), startsAt });
    const update = await client.start(stack);
    expect(await update.journal(create(1))).toMatchObject(refusedBy(OPEN_PORT));
    backend.moveClock(60);
    expect((await update.journal(create(2))).status).toBe(200);
  });

  test("says in its verdicts when it ends soon", async () => {
    const stack = await client.makeStack();
    await grantExemption(backend, OPEN_PORT, only(stack));
    const update = await client.start(stack);
    await update.journal(create(1));
    expect(await verdictsOn(update.id)).toContainEqual(
      expect.objectContaining({ policy: OPEN_PORT, message: expect.stringMatching(/expires in \d+ minutes/) }),
    );
  });
});

describe("an exemption that a process has not heard the end of", () => {
  /** The process goes on remembering what it read. */
  function deafen(): void {
    backend.exemptions.listenTo({ subscribe: () => () => undefined, isListening: () => true });
  }
  const hearing = () => backend.exemptions.listenTo({ subscribe: () => () => undefined, isListening: () => false });

  test("lets no step through after it was withdrawn in another", async () => {
    const stack = await client.makeStack();
    const id = await grantExemption(backend, OPEN_PORT, only(stack));
    deafen();
    try {
      const update = await client.start(stack);
      expect((await update.journal(create(1))).status).toBe(200);
      await withdrawElsewhere(backend, id);
      expect(await update.journal(create(2))).toMatchObject(refusedBy(OPEN_PORT));
      expect(await update.journal({ ...create(2), sequenceID: 2 })).toMatchObject({ status: 403 });
    } finally {
      hearing();
    }
  });

  test("lets no import through, no checkpoint, and no stack be forgotten", async () => {
    const stack = await stackOf(store(), other);
    const id = await grantExemption(backend, PROTECTION, only(stack));
    const openings = await client.makeStack();
    const second = await grantExemption(backend, OPEN_PORT, only(openings));
    deafen();
    try {
      await backend.exemptions.exemptionsOf({
        environment: "production",
        phase: "up",
        team: TEAM,
        project: "game",
        stack: "",
      });
      await withdrawElsewhere(backend, id);
      await withdrawElsewhere(backend, second);
      const body = deploymentOf(other);
      expect(await backend.call("POST", `${stack}/import`, { body })).toMatchObject(refusedBy(PROTECTION));
      const update = await client.start(openings, { journals: false });
      backend.exemptions.forget();
      expect(await update.checkpoint(announcing([open]))).toMatchObject(refusedBy(OPEN_PORT));
      expect(await backend.call("DELETE", `${stack}?force=true`)).toMatchObject(refusedBy(PROTECTION));
    } finally {
      hearing();
    }
  });
});

describe("the number of uses", () => {
  test("counts updates that take steps, each once, and no preview", async () => {
    const stack = await client.makeStack();
    const id = await grantExemption(backend, OPEN_PORT, { ...only(stack), maxUses: 2 });
    const preview = await client.start(stack, { dryRun: true });
    await preview.complete();
    expect(await usesOf(backend, id)).toBe(0);
    for (const time of [1, 2]) {
      const update = await client.start(stack);
      expect((await update.journal(create(1), succeeded(1, open))).status).toBe(200);
      const another = groupOf("0.0.0.0/0", { urn: `${open.urn}-2` });
      expect((await update.journal(create(2, another), succeeded(2, another))).status).toBe(200);
      await update.complete("failed");
      expect(await usesOf(backend, id)).toBe(time);
    }
    const late = await client.start(stack);
    expect(await late.journal(create(1))).toMatchObject(refusedBy(OPEN_PORT));
    expect(await usesOf(backend, id)).toBe(2);
    expect(backend.audited.filter(({ subject }) => subject === `/v1/exemptions/${id}`)).toMatchObject([
      { action: "exemption.use", details: { uses: 1, maxUses: 2 } },
      { action: "exemption.use", details: { uses: 2, maxUses: 2 } },
    ]);
  });

  test("is not touched by a step that was stopped with a forbidden one", async () => {
    const stack = await client.makeStack();
    const id = await grantExemption(backend, OPEN_PORT, { ...only(stack), urn: "*::door" });
    const update = await client.start(stack);
    const beside = groupOf("0.0.0.0/0", { urn: open.urn.replace("door", "window") });
    expect(await update.journal(create(1), create(2, beside))).toMatchObject(refusedBy(OPEN_PORT));
    expect(await usesOf(backend, id)).toBe(0);
  });

  test("is not touched again by a repeated request", async () => {
    const stack = await client.makeStack();
    const id = await grantExemption(backend, OPEN_PORT, { ...only(stack), maxUses: 1 });
    const update = await client.start(stack);
    const batch = { ...create(1), sequenceID: 1 };
    expect((await update.journal(batch)).status).toBe(200);
    expect((await update.journal(batch)).status).toBe(200);
    expect(await usesOf(backend, id)).toBe(1);
  });

  test("is kept however many updates come at once: the others are refused at the gate", async () => {
    const stacks = await Promise.all(Array.from({ length: 8 }, () => client.makeStack()));
    const id = await grantExemption(backend, OPEN_PORT, { urn: "*::raced", maxUses: 3 });
    const raced = groupOf("0.0.0.0/0", { urn: open.urn.replace("door", "raced") });
    const updates = await Promise.all(stacks.map((stack) => client.start(stack)));
    const answers = await Promise.all(updates.map((update) => update.journal(create(1, raced))));
    expect(answers.map(({ status }) => status).toSorted((one, two) => one - two)).toEqual([
      200, 200, 200, 403, 403, 403, 403, 403,
    ]);
    for (const { status, body } of answers) if (status === 403) expect(body.message).toContain(OPEN_PORT);
    expect(await usesOf(backend, id)).toBe(3);
    const again = await Promise.all(
      updates.map((update) => update.journal(create(2, groupOf("0.0.0.0/0", { urn: `${raced.urn}::raced` })))),
    );
    expect(again.map(({ status }) => status)).toEqual(answers.map(({ status }) => status));
    expect(await usesOf(backend, id)).toBe(3);
  });

  test("holds for clients that send checkpoints", async () => {
    const stack = await client.makeStack();
    const id = await grantExemption(backend, OPEN_PORT, { ...only(stack), maxUses: 1 });
    const update = await client.start(stack, { journals: false });
    expect((await update.checkpoint(announcing([open]))).status).toBe(200);
    expect((await update.checkpoint(deploymentOf(open))).status).toBe(200);
    await update.complete();
    expect(await usesOf(backend, id)).toBe(1);
    const late = await client.start(stack, { journals: false });
    const worse = groupOf("0.0.0.0/0", { urn: `${open.urn}-2` });
    expect(await late.checkpoint(announcing([worse], open))).toMatchObject(refusedBy(OPEN_PORT));
  });
});

describe("the teardown of a stack whose store a rule protects", () => {
  async function teardownOf(stack: string, operation: string) {
    const { verdicts } = await backend.state.judgeTeardown({ stackId: await stackIdOf(stack), operation });
    return verdicts.filter(({ policy }) => policy === PROTECTION).map(({ outcome }) => outcome);
  }

  test("passes under an exemption of the rule, once, for all of its operation", async () => {
    const stack = await stackOf(store(), other);
    const [first, second] = [await insertOperation(backend, "destroy"), await insertOperation(backend, "destroy")];
    expect(await teardownOf(stack, first)).toEqual(["fail"]);
    const id = await grantExemption(backend, PROTECTION, { ...only(stack), urn: "*::players", maxUses: 1 });
    expect(await teardownOf(stack, first)).toEqual(["exempted"]);
    expect(await usesOf(backend, id)).toBe(0);

    const stackId = await stackIdOf(stack);
    const key = await backend.state.issueOperationToken({ operation: first, stackId, person: "ada@studio", ttl: 600 });
    const deletion = begun(1, "deleting", store());
    const killed = await client.start(stack, { kind: "destroy", key });
    expect((await killed.journal(deletion)).status).toBe(200);
    await killed.complete("failed");
    expect(await teardownOf(stack, first)).toEqual(["exempted"]);
    const resumed = await client.start(stack, { kind: "destroy", key });
    expect((await resumed.journal(deletion)).status).toBe(200);
    await resumed.complete("failed");
    expect(await usesOf(backend, id)).toBe(1);

    expect(await teardownOf(stack, second)).toEqual(["fail"]);
    const late = await client.start(stack, { kind: "destroy" });
    expect(await late.journal(deletion)).toMatchObject(refusedBy(PROTECTION));
    expect(backend.audited).toContainEqual(
      expect.objectContaining({
        action: "exemption.use",
        subject: `/v1/exemptions/${id}`,
        details: expect.objectContaining({ work: first, uses: 1, maxUses: 1 }),
      }),
    );
  });

  test("an engine is the person who asked for its operation", async () => {
    const stack = await client.makeStack();
    const operation = await insertOperation(backend);
    const about = { operation, stackId: await stackIdOf(stack), person: "ada@studio", ttl: 600 };
    const token = await backend.state.issueOperationToken(about);
    expect(await backend.state.callerOfOperationToken(token)).toMatchObject({ id: operation, person: "ada@studio" });
  });
});
