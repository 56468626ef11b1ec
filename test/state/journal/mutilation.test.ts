import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { canonicalForm } from "../../../api/state/deployments/canonicalForm.ts";
import { type JournalEntry, kinds, type StoredDeployment } from "../../../api/state/deployments/deployment.ts";
import { replayJournal } from "../../../api/state/journal/replayJournal.ts";
import { protocolClient, type RunningUpdate } from "../support/protocolClient.ts";
import { startTestBackend, type TestBackend } from "../support/testBackend.ts";
import { inconsistency } from "./support/inconsistency.ts";
import { plans, resource, runPlan } from "./support/plannedJournal.ts";

/** Each run is an update with a dozen requests. */
const RUNS = { numRuns: 15 } as const;
vi.setConfig({ testTimeout: 180_000 });

const base: StoredDeployment = {
  version: 3,
  deployment: {
    manifest: { time: "2026-01-01T00:00:00Z", magic: "", version: "" },
    resources: ["a", "b", "c"].map((name) => resource(name)),
  },
};
/** A journal that an engine could have written, with something in it. */
const journals = plans
  .map((plan) => runPlan(["a", "b", "c"], plan).entries)
  .filter((entries) => entries.some(({ kind }) => kind === kinds.success));

let backend: TestBackend;
let client: ReturnType<typeof protocolClient>;
beforeAll(async () => {
  backend = await startTestBackend();
  client = protocolClient(backend);
});
afterAll(() => backend.close());

interface Begun {
  readonly stack: string;
  readonly update: RunningUpdate;
}

async function begin(): Promise<Begun> {
  const stack = await client.makeStack();
  const imported = await backend.call("POST", `${stack}/import`, { body: base });
  expect(imported.status).toBe(200);
  return { stack, update: await client.start(stack) };
}

const recorded = async ({ update }: Begun): Promise<readonly number[]> => {
  const rows = backend.database.db.selectFrom("journalEntries").select("sequence").where("updateId", "=", update.id);
  return (await rows.orderBy("sequence").execute()).map(({ sequence }) => Number(sequence));
};

const exported = async ({ stack }: Begun): Promise<StoredDeployment> =>
  (await backend.call("GET", `${stack}/export`)).body;

/** The state is that of these entries and no others, and an engine goes on with it. */
async function expectState(of: Begun, entries: readonly JournalEntry[]): Promise<void> {
  const { stored, fault } = replayJournal(base, entries, { now: new Date() });
  expect(fault).toBeUndefined();
  const state = await exported(of);
  expect(canonicalForm(state)).toEqual(canonicalForm(stored));
  expect(inconsistency(state.deployment)).toBeUndefined();
}

/** Cuts a list into pieces at random places. */
const cut = <T>(list: readonly T[], sizes: readonly number[]): T[][] => {
  const pieces: T[][] = [];
  for (let [from, piece] = [0, 0]; from < list.length; piece += 1) {
    const size = sizes[piece % sizes.length] ?? 1;
    pieces.push(list.slice(from, from + size));
    from += size;
  }
  return pieces;
};
const sizes = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 5 });

test("a journal that is cut off anywhere gives the state of what came, with the steps in flight as pending", async () => {
  const property = fc.asyncProperty(journals, sizes, fc.nat(), async (entries, pieces, end) => {
    const begun = await begin();
    const came = entries.slice(0, end % (entries.length + 1));
    for (const batch of cut(came, pieces)) expect((await begun.update.journal(...batch)).status).toBe(200);
    await expectState(begun, came);
    expect((await begun.update.complete("failed")).status).toBe(200);
    await expectState(begun, came);
  });
  await fc.assert(property, RUNS);
});

test("a journal that is doubled counts once, however its repetitions are cut", async () => {
  const property = fc.asyncProperty(journals, sizes, sizes, async (entries, pieces, others) => {
    const begun = await begin();
    const batches = [...cut(entries, pieces), ...cut(entries, others)];
    for (const batch of batches) expect((await begun.update.journal(...batch, ...batch)).status).toBe(200);
    expect(await recorded(begun)).toEqual(entries.map(({ sequenceID }) => sequenceID));
    expect((await begun.update.complete()).status).toBe(200);
    await expectState(begun, entries);
  });
  await fc.assert(property, RUNS);
});

test("a journal whose batches are shuffled within themselves gives the same state", async () => {
  const property = fc.asyncProperty(journals, sizes, fc.infiniteStream(fc.nat()), async (entries, pieces, random) => {
    const begun = await begin();
    for (const batch of cut(entries, pieces)) {
      const shuffled = batch
        .map((entry) => [random.next().value as number, entry] as const) // an endless stream
        .toSorted(([one], [other]) => one - other)
        .map(([, entry]) => entry);
      expect((await begun.update.journal(...shuffled)).status).toBe(200);
    }
    expect((await begun.update.complete()).status).toBe(200);
    await expectState(begun, entries);
  });
  await fc.assert(property, RUNS);
});

/** Ways in which one entry of a valid journal is spoilt, so that no valid journal contains it. */
const spoilt = {
  "ends what never began": (end: JournalEntry) => ({ ...end, operationID: 9_999 }),
  "names a resource that was never made": (end: JournalEntry) => ({ ...end, removeNew: 9_999 }),
  "names a place beyond the base": (end: JournalEntry) => ({ ...end, removeOld: 3 }),
  "marks a place beyond the base": (end: JournalEntry) => ({ ...end, deleteOld: 17 }),
  "begins again what has begun": (end: JournalEntry) => ({ ...end, kind: kinds.begin, sequenceID: 9_999 }),
  "ends again what has ended": (end: JournalEntry) => ({ ...end, kind: kinds.failure, sequenceID: 9_999 }),
  "is of an unknown kind": (end: JournalEntry) => ({ ...end, kind: 10 }),
  "is of an unknown version": (end: JournalEntry) => ({ ...end, version: 2 as 1 }),
  "has no number": (end: JournalEntry) => ({ ...end, sequenceID: 0 }),
  "has a number that is none": (end: JournalEntry) => ({ ...end, sequenceID: 1.5 }),
  "makes a base of nothing": (end: JournalEntry) => ({ ...end, kind: kinds.write, sequenceID: 9_999 }),
  "names no secrets provider": (end: JournalEntry) => ({ ...end, kind: kinds.secretsManager, sequenceID: 9_999 }),
  "begins after its end": (end: JournalEntry) => ({ ...end, sequenceID: 1, kind: kinds.failure }),
} as const satisfies Record<string, (end: JournalEntry) => JournalEntry>;

test.each(Object.entries(spoilt))(
  "an entry that %s is refused with its whole batch, and nothing is lost",
  async (_, spoil) => {
    const property = fc.asyncProperty(journals, fc.nat(), async (entries, choice) => {
      const ends = entries.filter(({ kind }) => kind !== kinds.begin);
      const end = ends[choice % ends.length];
      if (end === undefined) throw new Error("a journal here holds an end");
      const begun = await begin();
      const before = entries.filter(({ sequenceID }) => sequenceID < end.sequenceID);
      expect((await begun.update.journal(...before)).status).toBe(before.length === 0 ? 400 : 200);
      const wrong = spoil(end);
      const batch = wrong.sequenceID === 9_999 || wrong.version !== 1 ? [end, wrong] : [wrong];
      const answer = await begun.update.journal(...batch);
      expect([answer.status, typeof answer.body.message]).toEqual([400, "string"]);
      expect(await recorded(begun)).toEqual(before.map(({ sequenceID }) => sequenceID));
      expect((await begun.update.journal(end)).status).toBe(200);
      expect((await begun.update.complete("failed")).status).toBe(200);
      await expectState(begun, [...before, end]);
    });
    await fc.assert(property, { numRuns: 4 });
  },
);

test("an end before its begin is refused, and so is a name before what it names, in one batch and in two", async () => {
  const made = { kind: kinds.success, operationID: 1, state: resource("d") };
  const begin1 = {
    kind: kinds.begin,
    operationID: 1,
    operation: { type: "creating" as const, resource: resource("d") },
  };
  const begin2 = {
    kind: kinds.begin,
    operationID: 2,
    operation: { type: "deleting" as const, resource: resource("d") },
  };
  const removes = { kind: kinds.success, operationID: 2, removeNew: 1 };
  const wrong = [
    [
      { ...begin1, sequenceID: 2 },
      { ...made, sequenceID: 1 },
    ],
    [
      [
        { ...begin1, sequenceID: 1 },
        { ...begin2, sequenceID: 2 },
      ],
      { ...made, sequenceID: 4 },
      { ...removes, sequenceID: 3 },
    ].flat(),
  ];
  for (const batch of wrong) {
    const [whole, inTwo] = [await begin(), await begin()];
    expect((await whole.update.journal(...batch)).status).toBe(400);
    expect((await inTwo.update.journal(...batch.slice(0, -1))).status).toBe(200);
    expect((await inTwo.update.journal(...batch.slice(-1))).status).toBe(400);
  }
});

test("a number that stands again with other content is refused, whether or not its update has ended", async () => {
  const begun = await begin();
  const { entries } = runPlan([], [{ name: "d", act: "set", outcome: "success" }]);
  expect((await begun.update.journal(...entries)).status).toBe(200);
  const other = entries.map((entry) => (entry.state ? { ...entry, state: { ...entry.state, id: "another" } } : entry));
  expect((await begun.update.journal(...other)).status).toBe(400);
  expect((await begun.update.complete()).status).toBe(200);
  for (const batch of [entries, other]) expect((await begun.update.journal(...batch)).status).toBe(403);
  await expectState(begun, entries);
});

test("a journal with a hole cannot have succeeded; the state holds what came and can be gone on with", async () => {
  const property = fc.asyncProperty(journals, fc.nat(), async (entries, choice) => {
    const independent = entries.filter((entry) => !isNeeded(entry, entries) && entry !== entries.at(-1));
    const missing = independent[choice % independent.length];
    fc.pre(missing !== undefined);
    const begun = await begin();
    const came = entries.filter((entry) => entry !== missing);
    expect((await begun.update.journal(...came)).status).toBe(200);
    const answer = await begun.update.complete("succeeded");
    expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining("never arrived") } });
    await expectState(begun, came);
    expect((await client.begin(begun.stack, { kind: "refresh" })).answer.status).toBe(200);
  });
  await fc.assert(property, RUNS);
});

/** Whether a later entry could be there only once this one was acknowledged: its step's end, or a step on its resource. */
function isNeeded(entry: JournalEntry, all: readonly JournalEntry[]): boolean {
  const urnOf = ({ operationID }: JournalEntry) =>
    all.find(({ kind, operationID: other }) => kind === kinds.begin && other === operationID)?.operation?.resource.urn;
  return all.some((other) => other.sequenceID > entry.sequenceID && urnOf(other) === urnOf(entry));
}

test("a journal under another update's name is refused, and neither update takes it", async () => {
  const [mine, theirs] = [await begin(), await begin()];
  const { entries } = runPlan([], [{ name: "d", act: "set", outcome: "success" }]);
  for (const path of [theirs.update.path, mine.update.path.replace(mine.update.id, theirs.update.id)]) {
    const authorization = `update-token ${mine.update.token}`;
    const answer = await backend.call("PATCH", `${path}/journalentries`, { authorization, body: { entries } });
    expect(answer.status).toBe(403);
  }
  for (const each of [mine, theirs]) expect(await recorded(each)).toEqual([]);
});

test("a batch that is cut on its way leaves nothing", async () => {
  const begun = await begin();
  const { entries } = runPlan([], [{ name: "d", act: "set", outcome: "success" }]);
  const text = Buffer.from(JSON.stringify({ entries }));
  const packed = gzipSync(text);
  const send = (raw: Buffer, headers: Record<string, string>) =>
    backend.call("PATCH", `${begun.update.path}/journalentries`, {
      authorization: `update-token ${begun.update.token}`,
      raw,
      headers,
    });
  for (let length = 1; length < text.length; length += 37)
    expect((await send(text.subarray(0, length), {})).status).toBe(400);
  for (let length = 1; length < packed.length; length += 29)
    expect((await send(packed.subarray(0, length), { "content-encoding": "gzip" })).status).toBe(400);
  expect(await recorded(begun)).toEqual([]);
  expect((await send(packed, { "content-encoding": "gzip" })).status).toBe(200);
  await expectState(begun, entries);
});

test("properties of any name are kept, and a body that is nested without end is refused", async () => {
  const begun = await begin();
  const odd = '{"__proto__":{"a":1},"constructor":"b","4":"\\u0000","deep":{"__proto__":null}}';
  const made = JSON.stringify(resource("d")).replace('"inputs":{}', `"inputs":${odd},"outputs":${odd}`);
  const send = (entries: string) =>
    backend.call("PATCH", `${begun.update.path}/journalentries`, {
      authorization: `update-token ${begun.update.token}`,
      raw: Buffer.from(`{"entries":[${entries}]}`),
    });
  const entry = (kind: number, more: string) =>
    `{"version":1,"kind":${kind},"sequenceID":${kind + 1},"operationID":1,${more}}`;
  const nested = made.replace('"inputs":{', `"inputs":{"x":${"[".repeat(5_000)}${"]".repeat(5_000)},`);
  expect((await send(entry(0, `"operation":{"type":"creating","resource":${nested}}`))).status).toBe(400);
  expect((await send(entry(0, `"operation":{"type":"creating","resource":${made}}`))).status).toBe(200);
  expect((await send(entry(1, `"state":${made}`))).status).toBe(200);
  expect((await begun.update.complete()).status).toBe(200);
  const kept = (await exported(begun)).deployment.resources?.find(({ id }) => id === "id-d");
  expect(JSON.stringify(kept?.inputs)).toBe(JSON.stringify(JSON.parse(odd)));
  expect(JSON.stringify(kept?.outputs)).toBe(JSON.stringify(JSON.parse(odd)));
});

test("outputs that the database's own JSON cannot hold are kept all the same, and do not stop an update from ending", async () => {
  const begun = await begin();
  const root = {
    urn: "urn:pulumi:dev::game::pulumi:pulumi:Stack::game-dev",
    type: "pulumi:pulumi:Stack",
    custom: false,
  };
  const state = { ...root, outputs: { zero: "a\u0000b", half: "\ud800", "\u0000": { deep: ["\u0000"] } } };
  const entries = [
    { kind: kinds.begin, operationID: 1, operation: { type: "creating" as const, resource: root } },
    { kind: kinds.success, operationID: 1, state },
    { kind: kinds.begin, operationID: 2, operation: { type: "creating" as const, resource: resource("\u0000d") } },
  ];
  expect((await begun.update.journal(...entries)).status).toBe(200);
  expect((await begun.update.complete("failed")).status).toBe(200);
  const { resources = [], pending_operations } = (await exported(begun)).deployment;
  expect(resources.find(({ type }) => type === root.type)?.outputs).toEqual(state.outputs);
  expect(pending_operations?.[0]?.resource.urn).toBe(resource("\u0000d").urn);
});
