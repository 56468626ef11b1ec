import { afterAll, beforeAll, expect, test } from "vitest";
import { type OpenDatabase, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import type { Decision, DecisionFilter } from "../../api/decisions/decision.ts";
import { createDecisionLedger } from "../../api/decisions/decisionLedger.ts";
import { readRows } from "../../api/decisions/decisionStore.ts";
import { listDecisions } from "../../api/decisions/listDecisions.ts";
import { createGate, type RuleIndex, type Verdict } from "../../api/gate/index.ts";
import type { DecidedStep } from "../../api/state/index.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { PORT } from "./ledgerWorld.ts";

const TYPE = "aws:ec2/securityGroup:SecurityGroup";
const urnOf = (index: number) => `urn:pulumi:dev::game::${TYPE}::door-${index}`;
const all = ["pass", "fail", "unknown", "exempted", "not-applicable", "not-run"] as const;

let owned: TestDatabase;
let database: OpenDatabase;
let rules: RuleIndex;
beforeAll(async () => {
  owned = await testDatabase();
  database = openDatabase(owned.url, () => undefined);
  await migrate(database);
  const gate = await createGate();
  await gate.close();
  rules = gate.rules;
});
afterAll(async () => {
  await database.close();
  await owned.drop();
});

const verdict = (urn: string): Verdict => ({
  ...{ policy: PORT, pack: rules.pack, packVersion: rules.version, level: "advisory", severity: "high" },
  ...{ outcome: "fail", urn, resourceType: TYPE, message: "opens SSH", remediation: "", phase: "up" },
});

/** Rows of so many steps each, of which every third has something said of it. */
async function write(name: string, ...sizes: readonly number[]): Promise<void> {
  const ledger = createDecisionLedger({ db: database.db, gate: { rules } });
  const stack = { id: "8d5c3c9e-3f0b-4f53-9d4a-0d9f6f1d2c11", team: "studio", project: "game", name };
  for (const size of sizes) {
    const steps = Array.from({ length: size }, (_, index): DecidedStep => {
      const urn = urnOf(index);
      return { urn, type: TYPE, step: "import", verdicts: index % 3 === 0 ? [verdict(urn)] : [] };
    });
    const batch = { stack, update: undefined, operation: undefined, phase: "admission", steps } as const;
    await database.db.transaction().execute((tx) => ledger.record(tx, batch));
  }
}

interface Asked extends DecisionFilter {
  readonly pageSize: number;
  readonly direction?: "asc" | "desc";
}

/** All pages, one after the other. */
async function walk(name: string, { direction = "asc", ...asked }: Asked): Promise<readonly (readonly Decision[])[]> {
  const caller = { team: "studio" } as Parameters<typeof listDecisions>[1]["caller"]; // no more of it is looked at
  const pages: (readonly Decision[])[] = [];
  let pageToken: string | undefined;
  do {
    const request = { ...asked, caller, ...(pageToken !== undefined && { pageToken }) };
    const page = await listDecisions(database.db, request, { rows: { stack: `game/${name}` }, direction });
    pages.push(page.items);
    pageToken = page.nextPageToken;
  } while (pageToken !== undefined);
  return pages;
}
const keyOf = ({ row, urn, policy }: Decision) => `${row} ${urn} ${policy}`;

test("a row of thousands of resources is read in pages that are short, and none of it is left out or told twice", async () => {
  await write("huge", 3_500);
  const pages = await walk("huge", { pageSize: 1_000_000, outcome: all });
  expect(pages.length).toBeGreaterThan(1);
  const found = pages.flat();
  expect(found).toHaveLength(3_500 * rules.rules.length);
  expect(new Set(found.map(keyOf)).size).toBe(found.length);
});

test.each(["asc", "desc"] as const)("pages of any size say the same, %s", async (direction) => {
  await write(`pages-${direction}`, 5, 1, 3);
  const [whole = []] = await walk(`pages-${direction}`, { pageSize: 100_000, outcome: all, direction });
  expect(whole).toHaveLength(9 * rules.rules.length);
  for (const pageSize of [67, rules.rules.length, 500])
    expect((await walk(`pages-${direction}`, { pageSize, outcome: all, direction })).flat()).toEqual(whole);
});

test("what is asked for is what is read, of each rule, resource and outcome", async () => {
  await write("narrow", 6, 6);
  const [whole = []] = await walk("narrow", { pageSize: 100_000, outcome: all });
  const asked = async (filter: DecisionFilter) => (await walk("narrow", { pageSize: 5, ...filter })).flat();
  expect(await asked({ policy: PORT })).toEqual(whole.filter(({ policy }) => policy === PORT));
  const [one] = [urnOf(3)];
  expect(await asked({ urn: one, outcome: all })).toEqual(whole.filter(({ urn }) => urn === one));
  expect(await asked({ outcome: ["fail"] })).toEqual(whole.filter(({ outcome }) => outcome === "fail"));
  expect(await asked({ urn: one, policy: PORT })).toMatchObject([{ outcome: "fail" }, { outcome: "fail" }]);
  expect(await asked({})).toEqual(whole.filter(({ outcome }) => outcome !== "not-applicable"));
  expect(await asked({ policy: "nosuch" })).toEqual([]);
});

test("more rows than are read at once are read in their order, each once", async () => {
  await write("many", ...Array.from({ length: 120 }, () => 1));
  const read: number[] = [];
  for await (const { row } of readRows(database.db, { stack: "game/many" }, { direction: "desc", limit: 110 }))
    read.push(row);
  expect(read).toHaveLength(110);
  expect(read).toEqual([...new Set(read)].toSorted((one, other) => other - one));
});
