import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
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
