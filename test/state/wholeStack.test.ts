import { afterAll, beforeAll, expect, test } from "vitest";
import { createExempting, createGate, type Gate, type KnownResource, type Verdict } from "../../api/gate/index.ts";
import { createJudge } from "../../policies/index.ts";
import { onWholeStack, rule } from "../../policies/rule.ts";
import { grantExemption, usesOf } from "./support/exemptions.ts";
import { begun, protocolClient, succeeded, thing } from "./support/protocolClient.ts";
import { insertTarget } from "./support/rows.ts";
import { openGate, startTestBackend, TEAM, type TestBackend } from "./support/testBackend.ts";

const [door, lock] = [thing("door", {}, "test:index:Door"), thing("lock", {}, "test:index:Lock")];

const locked = rule({
  name: "security-require-lock",
  description: "A door has a lock.",
  reason: "Doors without one are opened.",
  level: "mandatory",
  severity: "high",
  controls: {},
  remediation: ["Add a lock."],
  check: onWholeStack([door.type, lock.type], (resources, report) => {
    const doors = resources.filter(({ type }) => type === door.type);
    if (doors.length > resources.length - doors.length) report(doors, "has no lock");
  }),
});
const judge = createJudge({ name: "p", version: "1", rules: [locked] });
const gate: Gate = {
  ...openGate,
  wholeTypes: new Set([door.type, lock.type]),
  async judgeWhole(context, resources: readonly KnownResource[], touched): Promise<readonly Verdict[]> {
    const exempting = createExempting(backend.exemptions.exemptionsOf, backend.clock);
    return (await exempting(context, [judge.judgeWhole(resources, context, touched)])).flat();
  },
};

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  backend = await startTestBackend({ gate });
  client = protocolClient(backend);
  await insertTarget(backend);
});
afterAll(() => backend.close());

const governed = async (name: string): Promise<string> => {
  const place = { target: "live", region: "eu-west-1", doors: ["cli", "service"], tags: {} };
  await backend.state.ensureStack(undefined, { team: TEAM, project: "game", name, ...place });
  return `/api/stacks/${TEAM}/game/${name}`;
};

const intends = (op: string, resource: typeof door) => {
  const states = op === "delete" ? { old: { ...resource, outputs: {} }, new: null } : { old: null, new: resource };
  const { urn, type } = resource;
  return { timestamp: 1, resourcePreEvent: { planning: true, metadata: { op, urn, type, ...states } } };
};

async function preview(stack: string, ...events: object[]) {
  const update = await client.start(stack, { dryRun: true });
  await update.send("POST", "events/batch", {
    events: events.map((event, sequence) => ({ ...event, sequence })),
  });
  return update.complete();
}

async function make(stack: string, ...resources: (typeof door)[]) {
  const update = await client.start(stack);
  for (const [index, resource] of resources.entries()) {
    await update.journal(begun(index + 1, "creating", resource), succeeded(index + 1, resource));
  }
  expect((await update.complete()).status).toBe(200);
  return update.id;
}

const verdictsOf = async (update: string) =>
  (await backend.database.db.selectFrom("verdicts").select("verdict").where("updateId", "=", update).execute()).map(
    ({ verdict }) => verdict,
  );

test("a preview is refused for what would be missing when all of it is done", async () => {
  const stack = await governed("first");
  expect(await preview(stack, intends("create", door))).toMatchObject({
    status: 403,
    body: { message: expect.stringContaining("has no lock") },
  });
  expect((await preview(stack, intends("create", door), intends("create", lock))).status).toBe(200);
});

test("what stands already counts, and so does what would go", async () => {
  const stack = await governed("second");
  await make(stack, door, lock);
  expect((await preview(stack, intends("delete", lock))).status).toBe(403);
  expect((await preview(stack, intends("delete", door), intends("delete", lock))).status).toBe(200);
  expect((await preview(stack, intends("update", thing("stranger")))).status).toBe(200);
});

test("an update that nobody previewed ends as it went, and what it left missing is put down", async () => {
  const stack = await client.makeStack("third");
  expect(await verdictsOf(await make(stack, door))).toEqual([
    expect.objectContaining({ policy: locked.name, level: "mandatory", outcome: "fail", phase: "up", urn: door.urn }),
  ]);
  expect(await verdictsOf(await make(stack, lock))).toEqual([]);
});

test("an exemption lets it through, and is used by the updates that bring the stack there, not by previews", async () => {
  const [first, second] = [await governed("fourth"), await governed("fifth")];
  const id = await grantExemption(backend, locked.name, { maxUses: 1 });
  expect((await preview(first, intends("create", door))).status).toBe(200);
  expect((await preview(second, intends("create", door))).status).toBe(200);
  expect(await usesOf(backend, id)).toBe(0);
  const exempted = expect.objectContaining({ policy: locked.name, outcome: "exempted", exemption: id });
  expect(await verdictsOf(await make(first, door))).toEqual([exempted]);
  expect(await usesOf(backend, id)).toBe(1);
  expect(await verdictsOf(await make(second, door))).toEqual([
    expect.objectContaining({ policy: locked.name, level: "mandatory", outcome: "fail" }),
  ]);
  expect(await usesOf(backend, id)).toBe(1);
});

test("a pack of a team's own sees at a preview all that stands, of whatever type", async () => {
  const seen: (readonly string[])[] = [];
  const withPacks = await createGate({
    ownPacks: {
      judgeSteps: async (_context, steps) => steps.map(() => []),
      async judgeWhole(_context, resources) {
        seen.push(resources.map(({ urn }) => urn));
        return [];
      },
    },
  });
  const own = await startTestBackend({ gate: withPacks });
  try {
    await insertTarget(own);
    await own.state.ensureStack(undefined, {
      ...{ team: TEAM, project: "game", name: "sixth", target: "live", region: "eu-west-1" },
      ...{ doors: ["cli", "service"], tags: {} },
    });
    const engine = protocolClient(own);
    const path = `/api/stacks/${TEAM}/game/sixth`;
    const made = await engine.start(path);
    await made.journal(begun(1, "creating", door), succeeded(1, door), begun(2, "creating", lock), succeeded(2, lock));
    expect((await made.complete()).status).toBe(200);
    const stranger = thing("stranger");
    const previewed = await engine.start(path, { dryRun: true });
    await previewed.send("POST", "events/batch", { events: [{ ...intends("create", stranger), sequence: 0 }] });
    expect((await previewed.complete()).status).toBe(200);
    expect(seen.at(-1)).toEqual([door.urn, lock.urn, stranger.urn]);
  } finally {
    await own.close();
    await withPacks.close();
  }
});
