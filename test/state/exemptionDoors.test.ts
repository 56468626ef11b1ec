import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Resource } from "../../api/state/deployments/deployment.ts";
import { type EditWorld, open, other, startEditWorld, store } from "./support/editWorld.ts";
import { grantExemption, usesOf } from "./support/exemptions.ts";
import { announcing, begun, deploymentOf, type RunningUpdate } from "./support/protocolClient.ts";
import { setUpLaptop } from "./support/pulumiCli.ts";
import { insertOperation, insertTarget } from "./support/rows.ts";
import { keys, TEAM } from "./support/testBackend.ts";
import { startTestProvider } from "./support/testProvider.ts";

/** The stock CLI is a process, on a machine that others use too. */
vi.setConfig({ testTimeout: 120_000 });

const OPEN_PORT = "security-no-open-management-port";
const PROTECTION = "reliability-protect-data-stores";
const FORGETTING = "reliability-forget-no-resources";

let world: EditWorld;
let { backend, client, stackOf }: EditWorld = {} as EditWorld; // given before the first test
beforeAll(async () => {
  world = await startEditWorld();
  ({ backend, client, stackOf } = world);
  await insertTarget(backend);
  // As a service does that hears of every change: what has ended meanwhile is remembered all the same.
  backend.exemptions.listenTo({ subscribe: () => () => undefined, isListening: () => true });
});
afterAll(() => world.close());

const create = begun(1, "creating", { ...open, id: "" });
const deletion = begun(1, "deleting", store());
let governed = 0;

/** A stack with a target. */
async function governedStack(...resources: Resource[]): Promise<string> {
  governed += 1;
  const name = `governed-${governed}`;
  const place = { target: "live", region: "eu-west-1", doors: ["cli", "service"], tags: {} };
  await backend.state.ensureStack(undefined, { team: TEAM, project: "game", name, ...place });
  const path = `/api/stacks/${TEAM}/game/${name}`;
  if (resources.length > 0)
    expect((await backend.call("POST", `${path}/import`, { body: deploymentOf(...resources) })).status).toBe(200);
  return path;
}

async function idOf(stack: string): Promise<string> {
  const name = stack.split("/").at(-1) ?? "";
  return (await backend.state.findStack({ team: TEAM, project: "game", name }))?.id ?? "";
}

async function engineOf(stack: string): Promise<string> {
  const operation = await insertOperation(backend);
  return backend.state.issueOperationToken({ operation, stackId: await idOf(stack), person: "ada@studio", ttl: 600 });
}

async function previewed(update: RunningUpdate): Promise<number> {
  const { urn, type, inputs } = open;
  const state = { urn, type, inputs, outputs: {} };
  const metadata = { op: "create", urn, type, old: null, new: state, detailedDiff: null };
  await update.send("POST", "events/batch", {
    events: [{ sequence: 0, timestamp: 1, resourcePreEvent: { planning: true, metadata } }],
  });
  return (await update.complete()).status;
}

interface Door {
  readonly door: string;
  readonly policy: string;
  readonly make: () => Promise<string>;
  /** @returns the status of what the rule forbids */
  readonly tried: (stack: string) => Promise<number>;
}

const doors: readonly Door[] = [
  {
    door: "a step of a laptop's update",
    policy: OPEN_PORT,
    make: () => client.makeStack(),
    tried: async (stack) => (await (await client.start(stack)).journal(create)).status,
  },
  {
    door: "a step of an operation",
    policy: OPEN_PORT,
    make: () => governedStack(),
    tried: async (stack) => (await (await client.start(stack, { key: await engineOf(stack) })).journal(create)).status,
  },
  {
    door: "a preview of an operation",
    policy: OPEN_PORT,
    make: () => governedStack(),
    tried: async (stack) => previewed(await client.start(stack, { key: await engineOf(stack), dryRun: true })),
  },
  {
    door: "a step of a client without a journal",
    policy: OPEN_PORT,
    make: () => client.makeStack(),
    tried: async (stack) =>
      (await (await client.start(stack, { journals: false })).checkpoint(announcing([open]))).status,
  },
  {
    door: "the judgement of a teardown",
    policy: PROTECTION,
    make: () => stackOf(store(), other),
    async tried(stack) {
      const operation = await insertOperation(backend);
      const { verdicts } = await backend.state.judgeTeardown({ stackId: await idOf(stack), operation });
      return verdicts.some(({ level }) => level === "mandatory") ? 403 : 200;
    },
  },
  {
    door: "a deletion",
    policy: PROTECTION,
    make: () => stackOf(store(), other),
    tried: async (stack) => (await (await client.start(stack, { kind: "destroy" })).journal(deletion)).status,
  },
  {
    door: "a state import",
    policy: PROTECTION,
    make: () => stackOf(store(), other),
    tried: async (stack) => (await backend.call("POST", `${stack}/import`, { body: deploymentOf(other) })).status,
  },
  {
    door: "a laptop's refresh",
    policy: PROTECTION,
    make: () => stackOf(store(), other),
    async tried(stack) {
      const update = await client.start(stack, { kind: "refresh" });
      await update.journal({ kind: 0, operationID: 1 });
      return (await update.journal({ kind: 3, operationID: 1, removeOld: 0, isRefresh: true })).status;
    },
  },
  {
    door: "the removal of a stack",
    policy: FORGETTING,
    make: () => governedStack(other),
    tried: async (stack) => (await backend.call("DELETE", `${stack}?force=true`)).status,
  },
];

test.each(doors)("$door: what is let through one second before the end is refused one second after", async (door) => {
  const [early, late] = [await door.make(), await door.make()];
  expect(await door.tried(await door.make())).toBe(403);
  const endsAt = new Date(backend.clock.now().getTime() + 60_000);
  await grantExemption(backend, door.policy, { endsAt });
  const left = () => (endsAt.getTime() - backend.clock.now().getTime()) / 1_000;
  backend.moveClock(left() - 1);
  expect(await door.tried(early)).toBe(200);
  backend.moveClock(left() + 1);
  expect(await door.tried(late)).toBe(403);
});

test("a stock CLI brings up one second before the end what it is refused one second after", async () => {
  const provider = await startTestProvider();
  const laptop = await setUpLaptop({ url: backend.url, key: keys.operator, providerPort: provider.port });
  try {
    await laptop.program(`
Thing("door", "aws:ec2/securityGroup:SecurityGroup", {
  ingress: [{ protocol: "tcp", fromPort: 22, toPort: 22, cidrBlocks: ["0.0.0.0/0"] }],
});`);
    for (const stack of ["before", "after"]) expect((await laptop.run(["stack", "init", stack])).code).toBe(0);
    const endsAt = new Date(backend.clock.now().getTime() + 600_000);
    const id = await grantExemption(backend, OPEN_PORT, { endsAt, maxUses: 1 });
    const left = () => (endsAt.getTime() - backend.clock.now().getTime()) / 1_000;
    // The clock goes on while the CLI starts, so it stands still at one second before for as long as it takes.
    const stopped = new Date(endsAt.getTime() - 1_000);
    const now = vi.spyOn(backend.clock, "now").mockImplementation(() => stopped);
    const before = await laptop.run(["up", "--yes", "--skip-preview", "-s", "before"]);
    now.mockRestore();
    expect(`${before.output}\nexit ${before.code}`).toContain("exit 0");
    expect(await usesOf(backend, id)).toBe(1);
    backend.moveClock(left() + 1);
    const after = await laptop.run(["up", "--yes", "--skip-preview", "-s", "after"]);
    expect(after.code).not.toBe(0);
    expect(after.output).toContain(OPEN_PORT);
  } finally {
    await laptop.close();
    provider.stop();
  }
});

describe("a teardown that rules forbid as a whole", () => {
  const USED = "reliability-keep-used-stacks";
  const around = { now: "2026-03-01T12:00:00Z", gameEvents: [], dependents: ["lobby.live.eu-west-1"] };
  const root = {
    urn: "urn:pulumi:dev::game::pulumi:pulumi:Stack::game-dev",
    type: "pulumi:pulumi:Stack",
    custom: false,
  };

  test("begins under an exemption of the rule, and has used it, be it an operation's or a client's", async () => {
    const [operated, byHand, refused] = [
      await governedStack(root),
      await governedStack(root),
      await governedStack(root),
    ];
    world.surround(around);
    const operation = await insertOperation(backend);
    const judged = async () => {
      const { verdicts } = await backend.state.judgeTeardown({ stackId: await idOf(operated), operation });
      return verdicts.filter(({ policy }) => policy === USED).map(({ outcome }) => outcome);
    };
    expect(await judged()).toEqual(["fail"]);
    const id = await grantExemption(backend, USED, { maxUses: 2 });
    expect(await judged()).toEqual(["exempted"]);
    expect(await judged()).toEqual(["exempted"]);
    expect(await usesOf(backend, id)).toBe(1);
    expect((await client.begin(byHand, { kind: "destroy" })).answer.status).toBe(200);
    expect(await usesOf(backend, id)).toBe(2);
    expect((await client.begin(refused, { kind: "destroy" })).answer.status).toBe(403);
    expect(await judged()).toEqual(["exempted"]);
  });
});
