import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock } from "../../api/base/clock.ts";
import { chainRecords } from "../../api/chain/chainStore.ts";
import { openHeadsPlace } from "../../api/chain/headsPlace.ts";
import { createHeadsWriter } from "../../api/chain/headsWriter.ts";
import { decisionChainStore as store } from "../../api/decisions/decisionChainStore.ts";
import { createDecisionLedger } from "../../api/decisions/decisionLedger.ts";
import { decisionRoutes } from "../../api/decisions/decisionRoutes.ts";
import { findingRoutes } from "../../api/findings/findingRoutes.ts";
import { type Harness, startApi } from "../api/apiHarness.ts";
import { batchOf, rules } from "../decisions/ledgerRows.ts";
import { runMeridian } from "./runMeridian.ts";

let api: Harness;
let folder: string;
let admin: string;
beforeAll(async () => {
  api = await startApi({ routes: [...decisionRoutes({ get: async (id) => ({ id }) }), ...findingRoutes()] });
  admin = await api.keyFor("admin");
  folder = `${await mkdtemp(path.join(tmpdir(), "meridian-heads-"))}/`;
  const ledger = createDecisionLedger({ db: api.db, gate: { rules } });
  for (let index = 1; index <= 120; index += 1)
    await api.db.transaction().execute((tx) => ledger.record(tx, batchOf(index)));
  await chainRecords(api.db, store);
  await createHeadsWriter({ db: api.db, store, place: openHeadsPlace(folder), clock: systemClock })();
});
afterAll(async () => {
  await api.close();
  await rm(folder, { recursive: true });
});

const meridian = (...args: string[]) => runMeridian({ MERIDIAN_URL: api.url, MERIDIAN_KEY: admin }, args);

test("an operation's decisions are a table, or JSON, narrowed by outcome", async () => {
  const table = await meridian("decisions", "op_1", "--outcome", "fail");
  expect(table).toMatchObject({
    exitCode: 0,
    out: expect.stringMatching(/^OUTCOME .*\nfail +up +create +thing-2 ü +cost-limit +too dear: 2\n/),
  });
  const json = await meridian("decisions", "op_1", "--json");
  expect(JSON.parse(json.out).items).toHaveLength(120);
});

test("a list is paged without a decision lost or told twice, from either end", async () => {
  for (const list of ["/v1/operations/op_1/decisions?", "/v1/decisions?stack=game/dev&"]) {
    const seen: string[] = [];
    let token = "";
    do {
      const page = await api.send("GET", `${list}pageSize=7&outcome=pass,fail${token && `&pageToken=${token}`}`, {
        key: admin,
      });
      expect(page.status).toBe(200);
      seen.push(...page.body.items.map(({ urn }: { urn: string }) => urn));
      token = page.body.nextPageToken ?? "";
    } while (token !== "");
    expect(seen).toHaveLength(120);
    expect(new Set(seen).size).toBe(120);
  }
});

test("another team's decisions and findings do not exist, and only an admin verifies", async () => {
  const key = await api.keyFor("viewer", "rival");
  expect((await api.send("GET", "/v1/decisions", { key })).body).toEqual({ items: [] });
  expect((await api.send("GET", "/v1/decisions?team=studio", { key })).status).toBe(404);
  expect((await api.send("GET", "/v1/operations/op_1/decisions", { key })).body.items).toEqual([]);
  expect((await api.send("GET", "/v1/findings", { key })).body).toEqual({ items: [] });
  expect((await api.send("GET", "/v1/decisions/verification", { key })).status).toBe(403);
});

test.each([
  ["/v1/decisions?outcome=passed", "outcome"],
  ["/v1/decisions?outcome=", "outcome"],
  ["/v1/decisions?pageToken=x", "pageToken"],
  ["/v1/decisions/verification?heads=1:x", "heads"],
  ["/v1/findings?status=closed", "status"],
])("%s is refused with where the fault is", async (route, name) => {
  const refused = await api.send("GET", route, { key: admin });
  expect(refused).toMatchObject({ status: 400, body: { errors: [{ pointer: expect.stringContaining(name) }] } });
});

describe("heads that tell little or nothing are told as what they are", () => {
  let own: string;
  beforeAll(async () => {
    own = await mkdtemp(path.join(tmpdir(), "meridian-heads-"));
  });
  afterAll(() => rm(own, { recursive: true }));
  const verify = async (content: string | undefined, name = "heads.jsonl") => {
    const file = path.join(own, name);
    if (content !== undefined) await writeFile(file, content);
    return meridian("ledger", "verify", "--heads", file);
  };
  /** As the service writes them: of the chain's own rows unless it is another's. */
  const head = async (position: number, another = false) => {
    const row = api.db.selectFrom("decisions").select("hash").where("position", "=", position);
    const hash = another ? "ab".repeat(32) : (await row.executeTakeFirstOrThrow()).hash?.toString("hex");
    return `${JSON.stringify({ position, hash, at: "2026-11-22T10:00:00.000Z" })}\n`;
  };

  test("a place that is not there", async () => {
    const run = await verify(undefined, "nowhere.jsonl");
    expect(run).toMatchObject({ exitCode: 1, out: "", err: expect.stringContaining("There is no file or folder") });
    expect(run.err).toContain("nowhere.jsonl");
  });

  test("a place that cannot be read", async () => {
    await mkdir(path.join(own, "folder", "in-it"), { recursive: true });
    expect(await verify(undefined, "folder")).toMatchObject({
      exitCode: 1,
      out: "",
      err: expect.stringMatching(/cannot be read \(EISDIR\)/),
    });
  });

  test.each([
    ["nothing", ""],
    ["no head", "a line of a log\n{}\n"],
    ["one head that is cut off", '{"position": 5, "ha'],
    ["something else than text", "\u0000\ufffd\u0001".repeat(100)],
  ])("a file with %s in it", async (_, content) => {
    expect(await verify(content)).toMatchObject({
      exitCode: 1,
      out: "",
      err: expect.stringContaining("has no head in it"),
    });
  });

  test("a file whose end is cut off: what is left is compared, and how much that does not cover is said", async () => {
    const run = await verify((await head(50)) + (await head(60)).slice(0, 40));
    expect(run).toMatchObject({ exitCode: 0, err: "" });
    expect(run.out).toMatch(/intact/);
    expect(run.out).toMatch(/left aside: +1 lines that are no heads, the last one cut off/);
    expect(run.out).toMatch(/uncovered: +70 records after the last of them/);
  });

  test("a file that is older than the chain", async () => {
    const run = await verify(await head(20));
    expect(run).toMatchObject({ exitCode: 0, out: expect.stringMatching(/uncovered: +100 records/) });
  });

  test.each([
    ["shorter than this one", [3, 40]],
    ["longer than this one", [119, 5_000]],
  ])("heads of another database, with a chain %s", async (_, [one = 0, other = 0]) => {
    const run = await verify((await head(one, true)) + (await head(other, true)));
    expect(run).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining("they are of another database, or all of it"),
    });
    expect(run.out).toContain("rewritten at");
  });

  test("one head of its own among them is enough to know that it is this chain", async () => {
    const run = await verify((await head(10)) + (await head(40, true)));
    expect(run).toMatchObject({ exitCode: 1, err: "", out: expect.stringContaining("rewritten at 40") });
  });
});

test("a ledger that nobody touched is intact; one that was changed ends with exit code 1 and the place", async () => {
  expect(await meridian("ledger", "verify", "--heads", folder)).toMatchObject({
    exitCode: 0,
    err: "",
    out: expect.stringMatching(/ledger of decisions: +intact/),
  });
  await sql`alter table decisions disable trigger user`.execute(api.db);
  await sql`update decisions set team = 'rival' where position = 17`.execute(api.db);
  expect(await meridian("ledger", "verify")).toMatchObject({
    exitCode: 1,
    out: expect.stringContaining("changed at 17"),
  });
});

test("what a restore took away is accepted from who knows of the restore, by its id", async () => {
  await sql`update decisions set team = 'studio' where position = 17`.execute(api.db);
  await sql`delete from decisions where position > 100`.execute(api.db);
  await sql`insert into quarantines (id, backup_made_at, restored_at)
    values ('qu_1', now() - interval '1 hour', now() + interval '1 minute')`.execute(api.db);
  const run = (...more: string[]) => meridian("ledger", "verify", "--heads", folder, ...more);
  expect(await run()).toMatchObject({
    exitCode: 1,
    out: expect.stringContaining("restored at 120"),
    err: expect.stringContaining("--restore"),
  });
  expect(await run("--restore", "qu_2")).toMatchObject({ exitCode: 1 });
  expect(await run("--restore", "qu_1")).toMatchObject({ exitCode: 0 });
});
