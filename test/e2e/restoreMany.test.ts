import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { listAll } from "../support/operations.ts";
import { type BurningService, startBurningService } from "./supportBurning.ts";
import { setUpLaptop } from "./supportLaptop.ts";
import { YARD } from "./supportWorkload.ts";

/** How many small stacks; 500 is the full size. */
const STACKS = Number(process.env["RESTORE_MANY"] ?? 25);
/** Every so many of them something was deleted, changed, or made as a new stack after the backup. */
const EVERY = 5;
const LIMIT_MS = 15 * 60_000;

let world: BurningService;
let folder: string;
const service = () => world.service();

interface Row {
  readonly uid: string;
  readonly body: { readonly uid: string; readonly id: string; readonly urn: string; readonly type: string };
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-many-"));
  world = await startBurningService();
  await world.start();
}, 120_000);
afterAll(async () => {
  await world?.close();
  await rm(folder, { recursive: true, force: true });
});

test(
  "many stacks are restored, compared and settled within fifteen minutes",
  async () => {
    const rows = await makeFirst();
    const { body: state } = await service().call("GET", "/api/stacks/default/yard/s0/export");
    // The others are copies of the first, under names and ids of their own, in state and cloud alike.
    for (let at = 1; at < STACKS; at += 1) {
      const stack = `/api/stacks/default/yard`;
      expect((await service().call("POST", stack, { body: { stackName: `s${at}` } })).status).toBe(200);
      const imported = await service().call("POST", `${stack}/s${at}/import`, { body: copyOf(state, at, rows) });
      expect(imported.status, JSON.stringify(imported.body)).toBe(200);
    }
    await world.changeCloud((url) =>
      write(url, Array.from({ length: STACKS - 1 }, (_, at) => copyOf(rows, at + 1, rows)).flat()),
    );
    await world.start();
    const backup = path.join(folder, "backup");
    expect(await timed("backup", () => world.meridian("backup", backup))).toMatchObject({ exitCode: 0 });

    const expected = new Set<string>();
    await world.changeCloud(async (url) => {
      for (let at = 0; at < STACKS; at += EVERY) {
        const own = copyOf(rows, at, rows);
        const gone = named(own, "store");
        await query(url, "delete from sandbox.resource where uid = $1", [gone.uid]);
        expected.add(`in-state ${gone.body.urn} ${gone.body.id}`);
        const changed = named(own, "network-0");
        await query(
          url,
          "update sandbox.resource set body = jsonb_set(body, '{inputs,tags,generation}', '\"2\"') where uid = $1",
          [changed.uid],
        );
        expected.add(`changed ${changed.body.urn} ${changed.body.id}`);
        const fresh = copyOf(rows, STACKS + at, rows);
        await write(url, fresh);
        for (const { body } of fresh) expected.add(`in-cloud ${body.urn} ${body.id}`);
      }
    });
    await world.burn();

    const began = performance.now();
    expect(await timed("restore", () => world.meridian("restore", backup))).toMatchObject({ exitCode: 0 });
    await timed("start of the service", () => world.start());
    await timed("listing", () => listed());
    const items = await listAll<Record<string, string>>(service(), "/v1/divergences");
    expect(items.map(({ kind, urn, cloudId }) => `${kind} ${urn} ${cloudId}`).toSorted()).toEqual(
      [...expected].toSorted(),
    );
    expect(await timed("adopt", () => world.meridian("recovery", "adopt", "--all"))).toMatchObject({ exitCode: 0 });
    expect(await timed("forget", () => world.meridian("recovery", "forget", "--all"))).toMatchObject({ exitCode: 0 });
    await service().call("POST", "/v1/quarantine/listing");
    await timed("listing again", () => listed());
    expect((await world.meridian("recovery", "release")).output).toContain("released");
    const took = performance.now() - began;
    process.stdout.write(
      `${STACKS} stacks, ${expected.size} divergences: ${Math.round(took / 1000)} s from restore to release\n`,
    );
    expect(took).toBeLessThan(LIMIT_MS);
  },
  3 * LIMIT_MS,
);

/** One stack as an engine makes it. @returns what the cloud keeps of it */
async function makeFirst(): Promise<readonly Row[]> {
  const laptop = await setUpLaptop(service());
  try {
    const yard = await laptop.project("yard", YARD);
    const env = laptop.withKey(service().adminKey);
    await yard.ok(["stack", "init", "s0", "--no-select"], env);
    const pairs = ["aws:region=eu-west-1", "size=1", "generation=1"].flatMap((pair) => ["--plaintext", pair]);
    await yard.ok(["config", "set-all", "--stack", "s0", ...pairs], env);
    await yard.ok(["up", "--yes", "--skip-preview", "--stack", "s0"], env);
  } finally {
    await laptop.close();
  }
  let rows: readonly Row[] = [];
  await world.changeCloud(async (url) => {
    rows = (await query(
      url,
      "select uid, body from sandbox.resource where body->>'companionOf' is null",
    )) as unknown as Row[]; // the sandbox's own table
  });
  await world.start();
  return rows;
}

/** The same under the stack's number: names of stacks and ids of resources are what tells them apart. */
function copyOf<T>(original: T, at: number, rows: readonly Row[]): T {
  if (at === 0) return original;
  const ids = rows
    .flatMap(({ uid, body }) => [uid, body.id.split(":").at(-1) ?? body.id])
    .toSorted((a, b) => b.length - a.length);
  const text = ids.reduce((done, id) => done.replaceAll(id, `${id}x${at}`), JSON.stringify(original));
  return JSON.parse(
    text.replaceAll("urn:pulumi:s0::", `urn:pulumi:s${at}::`).replaceAll('"yard/s0"', `"yard/s${at}"`),
  ) as T;
}

function named(rows: readonly Row[], name: string): Row {
  const found = rows.find(({ body }) => body.urn.endsWith(`::${name}`));
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

async function write(url: string, rows: readonly Row[]): Promise<void> {
  await query(
    url,
    "insert into sandbox.resource (uid, body) select body->>'uid', body from jsonb_array_elements($1::jsonb) as body",
    [JSON.stringify(rows.map(({ body }) => body))],
  );
}

async function query(url: string, text: string, values: readonly unknown[] = []): Promise<readonly object[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows;
  } finally {
    await client.end();
  }
}

const listed = () =>
  vi.waitFor(async () => expect((await service().call("GET", "/v1/quarantine")).body.status).not.toBe("listing"), {
    timeout: LIMIT_MS,
    interval: 50,
  });

async function timed<T>(what: string, work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  process.stdout.write(`${what}: ${Math.round(performance.now() - began)} ms\n`);
  return result;
}
