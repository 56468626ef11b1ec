import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createSpending } from "../../api/budgets/spending.ts";
import { lockImports } from "../../api/spend/spendStore.ts";
import { meridianCommand } from "../../cli/meridianCommand.ts";
import { runCli } from "../../cli/runCli.ts";
import { expectProblem, type Harness, type Reply, startApi } from "./apiHarness.ts";
import { csv, focus, focusHeader, launch } from "./focusExport.ts";

let api: Harness;
let admin: string;
const byResource = new Map<string, string>();
beforeAll(async () => {
  api = await startApi({
    stacksByCloudId: async (wanted) => new Map([...byResource].filter(([id]) => wanted.has(id))),
  });
  admin = await api.keyFor("admin");
});
afterAll(() => api.close());
beforeEach(async () => {
  await api.db.deleteFrom("spendLines").execute();
  await api.db.deleteFrom("spendExports").execute();
  await api.db.deleteFrom("stacks").execute();
  await api.db.deleteFrom("stackCosts").execute();
  byResource.clear();
});

const usd = (amount: string) => ({ amount, currency: "USD" });
const send = (content: string | Uint8Array, { query = "", type = "text/csv", headers = {} } = {}): Promise<Reply> =>
  api.send("POST", `/v1/spend${query}`, { key: admin, raw: content, headers: { "content-type": type, ...headers } });
const show = async (query: string, key = admin) =>
  (await api.send("GET", `/v1/spend?month=2026-11${query}`, { key })).body;

async function stack(region: string, set = "launch", team = "default"): Promise<string> {
  await api.keyFor("viewer", team);
  const name = `${set}.sandbox.${region}`;
  const tags = JSON.stringify({ "meridian:stack-set": set });
  const { id } = await api.db
    .insertInto("stacks")
    .values({ team, project: "meridian", name, region, tags, doors: [], stackSetId: null, target: null })
    .returning("id")
    .executeTakeFirstOrThrow();
  return id;
}

test("an export is attributed to stacks by ownership tags and region, credits are subtracted, and nobody's is shown as such", async () => {
  await stack("eu-west-1");
  await stack("us-east-1");
  const imported = await send(
    focus(
      { billed: "10.50", effective: "8.25", tags: launch },
      { billed: "-2.5", tags: launch },
      { billed: "4", region: "us-east-1", tags: { "user:meridian:stack-set": "launch" } },
      { billed: "1", region: "", tags: launch },
      { billed: "7.77", resource: "i-0123", tags: { team: "other" } },
    ),
  );
  expect(imported.status, JSON.stringify(imported.body)).toBe(200);
  expect(imported.body).toMatchObject({
    format: "focus",
    rows: 5,
    periods: [{ period: "2026-11", account: "111111111111", outcome: "imported" }],
    billed: usd("20.77"),
    effective: usd("18.52"),
    attributed: { byTags: usd("13.00"), byResource: usd("0.00"), toNobody: usd("7.77") },
  });
  const { stacks, unattributed, ...sum } = await show("");
  expect(sum).toMatchObject({ billed: usd("13.00"), effective: usd("10.75") });
  expect(stacks.map((row: Record<string, unknown>) => [row["stack"], row["billed"]])).toEqual([
    ["default/meridian/launch.sandbox.eu-west-1", usd("8.00")],
    ["default/meridian/launch.sandbox.us-east-1", usd("4.00")],
    [undefined, usd("1.00")],
  ]);
  expect(unattributed).toMatchObject({ billed: usd("7.77"), items: [{ resource: "i-0123", billed: usd("7.77") }] });
  const viewer = await show("", await api.keyFor("viewer"));
  expect(viewer).not.toHaveProperty("unattributed");
  expect((await show("", await api.keyFor("viewer", "strangers"))).stacks).toEqual([]);
});

test("without tags the states of the stacks tell whose a resource is, and a name that two teams use says nothing", async () => {
  byResource.set("arn:aws:ec2:eu-west-1:1:natgateway/nat-1", await stack("eu-west-1"));
  await stack("eu-west-1", "launch", "rivals");
  const rows = [
    { billed: "3", resource: "arn:aws:ec2:eu-west-1:1:natgateway/nat-1" },
    { billed: "5", tags: { "meridian:stack-set": "launch" } },
  ];
  expect((await send(focus(...rows))).body.attributed).toEqual({
    byTags: usd("0.00"),
    byResource: usd("3.00"),
    toNobody: usd("5.00"),
  });
  expect((await show("&stackSet=launch")).stacks).toMatchObject([{ billed: usd("3.00") }]);
});

test("the same export counts once, plain or packed; another one of its period must say what it is", async () => {
  await stack("eu-west-1");
  const first = focus({ billed: "10", tags: launch });
  await send(first);
  const again = await send(gzipSync(first), { type: "application/gzip" });
  expect(again.body.periods).toMatchObject([{ outcome: "counted-before" }]);
  expect((await show("")).billed).toEqual(usd("10.00"));
  const second = focus({ billed: "10", tags: launch }, { billed: "2", tags: launch });
  expectProblem(await send(second), "already-exists");
  expect((await show("")).billed).toEqual(usd("10.00"));
  const packed = await send(gzipSync(second), { query: "?period=replace", headers: { "content-encoding": "gzip" } });
  expect(packed.body.periods).toMatchObject([{ outcome: "replaced" }]);
  expect((await show("")).billed).toEqual(usd("12.00"));
  await send(focus({ billed: "0.5", tags: launch }), { query: "?period=add" });
  expect((await show("")).billed).toEqual(usd("12.50"));
});

test("imports take turns, so that the same export sent three times at once counts once", async () => {
  await stack("eu-west-1");
  const content = focus({ billed: "10", tags: launch });
  const { sending, waited } = await api.db.transaction().execute(async (tx) => {
    await lockImports(tx);
    const all = Promise.all([send(content), send(content), send(content)]);
    return { sending: { all }, waited: await Promise.race([all.then(() => false), threeWait()]) };
  });
  expect(waited).toBe(true);
  expect((await sending.all).map(({ body }) => body.periods[0].outcome).toSorted()).toEqual([
    "counted-before",
    "counted-before",
    "imported",
  ]);
  expect((await show("")).billed).toEqual(usd("10.00"));
});

/** Until three connections wait for an advisory lock. */
async function threeWait(): Promise<boolean> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_locks where locktype = 'advisory' and not granted`.execute(api.db);
    if (rows.length === 3) return true;
  }
}

test.each([
  [
    "legacy",
    [
      "bill/BillingPeriodStartDate",
      "lineItem/UsageStartDate",
      "lineItem/UnblendedCost",
      "lineItem/CurrencyCode",
      "lineItem/ProductCode",
      "lineItem/ResourceId",
      "lineItem/UsageAccountId",
      "product/region",
      "lineItem/LineItemType",
      "savingsPlan/SavingsPlanEffectiveCost",
      "resourceTags/user:meridian:stack-set",
    ],
  ],
  [
    "2.0",
    [
      "bill_billing_period_start_date",
      "line_item_usage_start_date",
      "line_item_unblended_cost",
      "line_item_currency_code",
      "line_item_product_code",
      "line_item_resource_id",
      "line_item_usage_account_id",
      "product_region",
      "line_item_line_item_type",
      "savings_plan_savings_plan_effective_cost",
      "resource_tags/user_meridian_stack_set",
    ],
  ],
])("AWS's report in its %s form is read, with what a savings plan covers at its effective price", async (_, header) => {
  await stack("eu-west-1");
  const row = (cost: string, type: string, effective: string) => [
    ...["2026-11-01 00:00:00.000", "2026-11-02 00:00:00.000", cost, "USD", "AmazonEC2", "i-1", "1", "eu-west-1"],
    ...[type, effective, "launch"],
  ];
  const rows = [
    row("10", "SavingsPlanCoveredUsage", "6"),
    row("-10", "SavingsPlanNegation", ""),
    row("1.5E-1", "Usage", ""),
  ];
  const { body } = await send(csv([header, ...rows]));
  expect(body).toMatchObject({ format: "cur", billed: usd("0.15"), effective: usd("6.15") });
  expect((await show("&stackSet=launch")).effective).toEqual(usd("6.15"));
});

test("what was spent is shown beside the estimate of what stood, for as long as it did", async () => {
  const id = await stack("eu-west-1");
  const payer = { id, team: "default", project: "meridian", name: "launch.sandbox.eu-west-1", stackSet: "launch" };
  const at = (time: string) => createSpending({ clock: { now: () => new Date(time) }, reservedForMs: 1 });
  const commit = (time: string, dollars: number) =>
    api.db.transaction().execute((tx) => {
      const price = { monthly: dollars * 1_000_000, byUrn: {}, unpriced: [], regionAssumed: [] };
      return at(time).commit(tx, payer, { updateId: randomUUID(), price });
    });
  await commit("2026-10-20T00:00:00Z", 30);
  await commit("2026-11-11T00:00:00Z", 60); // the clock of the API stands at noon of the 21st
  await send(focus({ billed: "40", tags: launch }));
  // 30 × 10/30 + 60 × 10.5/30
  expect(await show("&stackSet=launch")).toMatchObject({
    effective: usd("40.00"),
    estimate: usd("31.00"),
    difference: usd("9.00"),
    differencePercent: 29,
  });
  await api.db.deleteFrom("stacks").execute();
  expect((await show("&stackSet=launch")).stacks).toMatchObject([
    { stack: "default/meridian/launch.sandbox.eu-west-1" },
  ]);
});

const spoiled: readonly (readonly [what: string, content: string | Uint8Array, pointer: string, type?: string])[] = [
  ["an empty file", "", ""],
  ["a header alone", csv([focusHeader]), ""],
  ["another kind of file", "a,b\n1,2", "/rows/1"],
  [
    "a column that is missing",
    csv([focusHeader.filter((name) => name !== "EffectiveCost"), ["x"]]),
    "/rows/1/EffectiveCost",
  ],
  ["a column that stands twice", csv([[...focusHeader, "Tags"], ["x"]]), "/rows/1/Tags"],
  ["another currency", focus({ billed: "1" }, { billed: "1", currency: "EUR" }), "/rows/3/BillingCurrency"],
  ["an amount that is none", focus({ billed: "1,5" }), "/rows/2/BilledCost"],
  ["an amount beyond all bounds", focus({ billed: "1e99" }), "/rows/2/BilledCost"],
  ["a time that is none", focus({ billed: "1", charged: "last week" }), "/rows/2/ChargePeriodStart"],
  ["tags that are no object", focus({ billed: "1", tags: "[1" }), "/rows/2/Tags"],
  ["a row that is cut off", `${focus({ billed: "1" })}\n2026-11-01T00:00:00Z,2026`, "/rows/3"],
  ["a quote that is never closed", `${csv([focusHeader])}\n"2026`, "/rows/2/1"],
  ["something behind a quote", `${csv([focusHeader])}\n"2026"x,1`, "/rows/2/1"],
  [
    "bytes that are no text",
    Buffer.concat([Buffer.from(`${csv([focusHeader])}\n`), Buffer.from([0xff, 0xfe])]),
    "/rows/2",
  ],
  ["a character that no text has", focus({ billed: "1", resource: "a\0b" }), "/rows/2/ResourceId"],
  ["more money than there is", focus({ billed: "1000000000.01" }), "/rows/2/BilledCost"],
  ["more money in sum", focus({ billed: "900000000" }, { billed: "900000000" }), "/rows/3"],
  ["gzip that is damaged", gzipSync(focus({ billed: "1" })).subarray(0, 60), "", "application/gzip"],
  ["gzip that is none", focus({ billed: "1" }), "", "application/gzip"],
];

test.each(spoiled.map(([what, ...rest]) => [what, rest] as const))(
  "%s is refused with its row and column, and nothing is counted",
  async (_, [content, pointer, type = "text/csv"]) => {
    const reply = await send(content, { type });
    expect(expectProblem(reply, "invalid-request")).toEqual([pointer]);
    expect(await api.db.selectFrom("spendExports").selectAll().execute()).toEqual([]);
  },
);

test("only an admin imports, and only what says that it is such a file", async () => {
  const content = focus({ billed: "1" });
  const raw = { raw: content, headers: { "content-type": "text/csv" } };
  expectProblem(await api.send("POST", "/v1/spend", { key: await api.keyFor("operator"), ...raw }), "forbidden");
  expectProblem(await send(content, { type: "application/json" }), "unsupported-media-type");
  expectProblem(await send(content, { headers: { "content-encoding": "br" } }), "unsupported-media-type");
});

test("a person imports a file and reads the month by the command line", async () => {
  await stack("eu-west-1");
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-spend-"));
  const file = path.join(folder, "export.csv.gz");
  await writeFile(file, gzipSync(focus({ billed: "10", tags: launch })));
  const run = async (...args: string[]) => {
    const said: string[] = [];
    const say = (text: string) => void said.push(text);
    const world = { env: { MERIDIAN_URL: api.url, MERIDIAN_KEY: admin }, fetch, out: say, err: say };
    const exitCode = await runCli(meridianCommand, ["spend", ...args], { ...world, outBytes: (_, done) => done() });
    return { exitCode, said: said.join("") };
  };
  try {
    const imported = await run("import", file);
    expect(imported).toMatchObject({ exitCode: 0, said: expect.stringMatching(/attributed by tags:\s+10.00 USD/) });
    expect((await run("import", file)).said).toContain("counted-before");
    const shown = await run("show", "2026-11", "--stack-set", "launch");
    expect(shown.said).toMatch(/default\/meridian\/launch\.sandbox\.eu-west-1\s+10\.00 USD/);
    await writeFile(file, focus({ billed: "oops" }));
    const refused = await run("import", file, "--replace");
    expect(refused).toMatchObject({ exitCode: 1, said: expect.stringContaining("row 2, column BilledCost") });
    expect(await run("import", path.join(folder, "nothing"))).toMatchObject({ exitCode: 1 });
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("an account of any length is taken, and known again", async () => {
  const account = randomBytes(3_000).toString("hex");
  const content = focus({ billed: "1" }).replaceAll("111111111111", account);
  expect(await send(content)).toMatchObject({ status: 200, body: { periods: [{ account, outcome: "imported" }] } });
  expect((await send(content)).body.periods).toMatchObject([{ account, outcome: "counted-before" }]);
});
