import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listAll, untilEnded } from "../support/operations.ts";
import { type BurningService, startBurningService } from "./supportBurning.ts";
import { type Laptop, type Project, setUpLaptop } from "./supportLaptop.ts";
import { expectedDivergences, readLedger } from "./supportLedgerTruth.ts";
import {
  changeSet,
  createWorkload,
  makeSet,
  removeSet,
  seeded,
  stackOf,
  type Workload,
  YARD,
} from "./supportWorkload.ts";

/** How many operations come after the backup; 200 is the full size. */
const OPERATIONS = Number(process.env["RESTORE_OPERATIONS"] ?? 8);
/** How many stacks there are before it. */
const STACKS = Number(process.env["RESTORE_STACKS"] ?? 4);
const SEED = Number(process.env["RESTORE_SEED"] ?? 4);
const LIMIT_MS = 60_000 + (OPERATIONS + STACKS) * 20_000;

let world: BurningService;
let laptop: Laptop;
let yard: Project;
let workload: Workload;
let folder: string;
let backup: string;
/** What was wanted when the backup was made. */
let before: { readonly sets: Workload["sets"]; readonly yards: Workload["yards"] };
let backedUpAt: number;

const service = () => world.service();
const listed = async (query = "") => {
  const items = await listAll<{ id: string; kind: string; urn: string; cloudId?: string; status: string }>(
    service(),
    `/v1/divergences${query}`,
  );
  return items.map(({ kind, urn, cloudId }) => `${kind} ${urn} ${cloudId}`).toSorted();
};
const quarantineIs = (status: string) =>
  vi.waitFor(async () => expect((await service().call("GET", "/v1/quarantine")).body.status).toBe(status), {
    timeout: 300_000,
    interval: 200,
  });

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-restore-"));
  backup = path.join(folder, "backup");
  world = await startBurningService();
  await world.start();
  laptop = await setUpLaptop(service());
  yard = await laptop.project("yard", YARD);
  const key = laptop.withKey(service().adminKey);
  const withKey = (args: readonly string[]) => yard.ok(args, key);
  workload = createWorkload({ service, yard: { ...yard, ok: withKey }, random: seeded(SEED) });
  for (let made = 0; made < STACKS; made += 1) await workload.operate(made % 2 === 0 ? "rest" : "cli", "create");

  expect(await world.meridian("backup", backup)).toMatchObject({ exitCode: 0 });
  expect(await world.meridian("backup", "verify", backup)).toMatchObject({
    exitCode: 0,
    output: expect.stringContaining("whole"),
  });
  before = { sets: new Map(workload.sets), yards: new Map(workload.yards) };
  backedUpAt = (await readLedger(world.cloud)).last;

  const kinds = ["create", "update", "destroy", "update"] as const;
  for (let done = 0; done < OPERATIONS; done += 1)
    await workload.operate(done % 2 === 0 ? "rest" : "cli", kinds[(done >> 1) % kinds.length] ?? "update");

  await world.burn();
  const started = performance.now();
  const restored = await world.meridian("restore", backup);
  expect(restored.output).toContain("quarantine");
  expect(restored.exitCode).toBe(0);
  await world.start();
  await vi.waitFor(
    async () => expect((await service().call("GET", "/v1/quarantine")).body.status).not.toBe("listing"),
    {
      timeout: LIMIT_MS,
      interval: 100,
    },
  );
  process.stdout.write(`restored and listed ${STACKS} stacks in ${Math.round(performance.now() - started)} ms\n`);
}, LIMIT_MS);

afterAll(async () => {
  await laptop?.close();
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

test("the divergences are those that the cloud's ledger tells, each and no other", async () => {
  const expected = expectedDivergences(await readLedger(world.cloud), backedUpAt);
  expect(expected.length).toBeGreaterThan(0);
  expect(await listed()).toEqual(expected);
});

test("in quarantine everything can be read and nothing is changed, by any door", async () => {
  const { last } = await readLedger(world.cloud);
  const [set] = before.sets.keys();
  const [name] = before.yards.keys();
  expect((await service().call("GET", "/v1/stack-sets")).body.items).toHaveLength(before.sets.size);
  const refused = await service().call("POST", `/v1/stacks/${stackOf(set ?? "")}/operations`, { body: { kind: "up" } });
  expect(refused).toMatchObject({
    status: 423,
    body: { code: "quarantined", detail: expect.stringContaining("meridian recovery") },
  });
  const key = laptop.withKey(service().adminKey);
  for (const command of [["up", "--yes", "--skip-preview"], ["destroy", "--yes"], ["refresh", "--yes"], ["preview"]]) {
    const run = await yard.pulumi([...command, "--stack", name ?? ""], key);
    expect(run.exitCode, run.output).not.toBe(0);
    expect(run.output).toContain("in quarantine");
  }
  const made = await yard.pulumi(["stack", "init", "another", "--no-select"], key);
  expect(made.output).toContain("in quarantine");
  expect((await yard.ok(["stack", "export", "--stack", name ?? ""], key)).stdout).toContain("urn:pulumi:");
  expect((await readLedger(world.cloud)).changes(last)).toEqual([]);
}, 120_000);

test("it is not released while something is open", async () => {
  const { exitCode, output } = await world.meridian("recovery", "release");
  expect(exitCode).toBe(1);
  expect(output).toMatch(/\d+ divergences are open/);
});

test(
  "settled, nothing differs any more, and what people want is what there is: every preview shows no change",
  async () => {
    const { last } = await readLedger(world.cloud);
    const started = performance.now();
    expect(await world.meridian("recovery", "adopt", "--all")).toMatchObject({ exitCode: 0 });
    expect(await world.meridian("recovery", "forget", "--all")).toMatchObject({ exitCode: 0 });
    await service().call("POST", "/v1/quarantine/listing");
    await quarantineIs("settled");
    expect(await listed("?status=open")).toEqual([]);
    expect(await world.meridian("recovery", "release")).toMatchObject({ exitCode: 0 });
    process.stdout.write(`settled, listed again and released in ${Math.round(performance.now() - started)} ms\n`);

    const { sets, yards } = workload;
    for (const name of before.sets.keys()) if (!sets.has(name)) await removeSet(service(), name);
    for (const [name, want] of sets) {
      const known = before.sets.get(name);
      if (known === undefined) await makeSet(service(), name, want);
      else if (known !== want) await changeSet(service(), name, want);
      const asked = await service().call("POST", `/v1/stacks/${stackOf(name)}/operations`, {
        body: { kind: "preview" },
      });
      const { status, changes } = await untilEnded(service(), `/v1/operations/${asked.body.id}`);
      expect({ name, status, ...changes }).toMatchObject({
        name,
        status: "succeeded",
        create: 0,
        update: 0,
        replace: 0,
        delete: 0,
      });
    }
    const key = laptop.withKey(service().adminKey);
    for (const name of yards.keys()) await yard.ok(["preview", "--expect-no-changes", "--stack", name], key);
    expect((await readLedger(world.cloud)).changes(last)).toEqual([]);
  },
  LIMIT_MS,
);
