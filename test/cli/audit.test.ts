import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditChainStore } from "../../api/auditLog/auditChainStore.ts";
import { chainRecords } from "../../api/chain/chainStore.ts";
import { type Harness, startApi } from "../api/apiHarness.ts";
import { runMeridian } from "./runMeridian.ts";

let api: Harness;
let folder: string;
let key: string;
beforeAll(async () => {
  api = await startApi();
  key = await api.keyFor("admin");
  folder = await mkdtemp(path.join(tmpdir(), "meridian-heads-"));
  for (let index = 0; index < 5; index += 1) {
    await api.send("POST", "/v1/api-keys", { key, body: { name: `key ${index}`, role: "viewer" } });
  }
  await chainRecords(api.db, auditChainStore);
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const meridian = (...args: string[]) => runMeridian({ MERIDIAN_URL: api.url, MERIDIAN_KEY: key }, args);

async function headsFile(...lines: string[]): Promise<string> {
  const file = path.join(folder, `${Math.random()}.jsonl`);
  await writeFile(file, lines.map((line) => `${line}\n`).join(""));
  return file;
}

test("a log that nobody touched is intact, alone and against heads kept elsewhere, torn lines left aside", async () => {
  const alone = await meridian("audit", "verify");
  expect(alone).toMatchObject({ exitCode: 0, out: expect.stringMatching(/audit log: +intact/) });
  expect(alone.err).toContain("Without --heads");
  const { head } = JSON.parse((await meridian("audit", "verify", "--json")).out);
  const file = await headsFile("not json", JSON.stringify(head), JSON.stringify(head).slice(0, 30));
  const compared = await meridian("audit", "verify", "--heads", file);
  expect(compared).toMatchObject({ exitCode: 0, err: "", out: expect.stringContaining("1 heads from elsewhere") });
});

test("a log that was rewritten ends with exit code 1 and the place", async () => {
  const file = await headsFile(JSON.stringify({ position: 4, hash: "0".repeat(64) }));
  const run = await meridian("audit", "verify", "--heads", file);
  expect(run).toMatchObject({ exitCode: 1, out: expect.stringContaining("rewritten at 4") });
});

test("of a long file the last head and others evenly are compared", async () => {
  const lines = Array.from({ length: 950 }, (_, index) => ({ position: index + 1, hash: "0".repeat(64) }));
  const file = await headsFile(...lines.map((line) => JSON.stringify(line)));
  const run = JSON.parse((await meridian("audit", "verify", "--heads", file, "--json")).out);
  expect(run.headsCompared).toBeGreaterThan(90);
  expect(run.headsCompared).toBeLessThanOrEqual(100);
  expect(run.faults.at(-1)).toMatchObject({ fault: "cut-off", detail: expect.stringContaining("950") });
});

test("a changed record is found by the command", async () => {
  await sql`update audit_log set actor_name = 'somebody' where position = 2`.execute(api.db);
  const run = await meridian("audit", "verify");
  expect(run).toMatchObject({ exitCode: 1, out: expect.stringContaining("changed at 2") });
});

test("a heads file that is not there, and one without a head, are told by name", async () => {
  for (const file of [path.join(folder, "none"), await headsFile("nothing")]) {
    const run = await meridian("audit", "verify", "--heads", file);
    expect(run).toMatchObject({ exitCode: 1, err: expect.stringContaining(file) });
  }
});
