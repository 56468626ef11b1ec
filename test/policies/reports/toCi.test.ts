import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "test-results-parser";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pack, summarize, type Verdict } from "../../../policies/index.ts";
import { toJunit } from "../../../policies/reports/toJunit.ts";
import { toSarif } from "../../../policies/reports/toSarif.ts";
import { toText } from "../../../policies/reports/toText.ts";
import { sarifValidator } from "../../support/sarifSchema.ts";

const urn = (name: string): string => `urn:pulumi:dev::game::aws:ec2/instance:Instance::${name}`;
const verdict = (name: string, of: Partial<Verdict> = {}): Verdict => ({
  ...{ policy: "cost-limit-fleets", pack: "meridian", packVersion: "1.0.0", level: "mandatory", severity: "high" },
  ...{ outcome: "fail", urn: urn(name), resourceType: "aws:ec2/instance:Instance", message: "is too large" },
  ...{ remediation: "Ask for less.", phase: "preview" },
  ...of,
});
const nasty = `a"<&>'\u0007\u001b[31m ]]> \ud800 \n end`;
const judgement = summarize({
  ...{ project: "game", stack: "dev", environment: "production", digest: "sha256:0", resources: 9 },
  verdicts: [
    verdict("refused"),
    verdict("refused", { message: "is too large twice" }),
    verdict("advised", { level: "advisory" }),
    verdict("unknown", { level: "advisory", outcome: "unknown", message: "maxSize is not known yet" }),
    verdict("exempted", {
      level: "advisory",
      outcome: "exempted",
      exemption: "ex_1",
      message: "is too large; exempted",
    }),
    verdict(nasty, { policy: "house-rule", pack: "house", message: nasty }),
  ],
  rulesAsked: ["cost-limit-fleets", "cost-require-tags"],
});

test("the summary counts, and what is refused does not pass", () => {
  expect(judgement).toMatchObject({
    passed: false,
    summary: { resources: 9, rulesAsked: 2, refusals: 3, advice: 1, unknown: 1, exempted: 1 },
  });
  expect(summarize({ ...judgement, resources: 1, verdicts: [verdict("a", { level: "advisory" })] }).passed).toBe(true);
});

interface Log {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly kind: string;
        readonly level: string;
        readonly suppressions?: readonly unknown[];
        readonly partialFingerprints: Readonly<Record<string, string>>;
      }[];
    },
  ];
}

test("SARIF is valid by the official schema, and the schema refuses what is not", async () => {
  const validate = await sarifValidator();
  const sarif = JSON.parse(JSON.stringify(toSarif(judgement, pack.rules, "1.0.0")));
  validate(sarif);
  expect(validate.errors).toBeNull();
  validate(JSON.parse(JSON.stringify(toSarif({ ...judgement, verdicts: [], rulesAsked: [] }, pack.rules, "1.0.0"))));
  expect(validate.errors).toBeNull();
  expect(validate({ ...sarif, runs: [{ ...sarif.runs[0], results: [{ kind: "maybe" }] }] })).toBe(false);
});

test("SARIF has each verdict with its rule, what is unknown as open, what is exempted as suppressed", () => {
  const [run] = (toSarif(judgement, pack.rules, "1.0.0") as Log).runs;
  const { rules } = run.tool.driver;
  expect(rules.map(({ id }) => id).toSorted()).toEqual(["cost-limit-fleets", "cost-require-tags", "house-rule"]);
  expect(run.results.map(({ kind, level, suppressions }) => [kind, level, suppressions?.length])).toEqual([
    ["fail", "error", undefined],
    ["fail", "error", undefined],
    ["fail", "warning", undefined],
    ["open", "none", undefined],
    ["fail", "warning", 1],
    ["fail", "error", undefined],
  ]);
  for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]?.id).toBe(ruleId);
  const prints = run.results.map(({ partialFingerprints }) => Object.values(partialFingerprints)[0]);
  expect(new Set(prints).size).toBe(prints.length);
});

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "meridian-junit-"));
});
afterAll(() => rm(folder, { recursive: true }));

test("a CI reporter's parser reads the JUnit: refusals fail, unknowns are skipped, the rest passes", async () => {
  const file = path.join(folder, "report.xml");
  await writeFile(file, toJunit(judgement));
  const read = parse({ type: "junit", files: [file] });
  // Its total leaves out what is skipped.
  expect(read).toMatchObject({ total: 6, failed: 3, skipped: 1 });
  const suites = read.suites.map(({ name, cases }) => [name, cases.map(({ status }) => status)]);
  expect(suites).toEqual([
    ["cost-limit-fleets", ["FAIL", "FAIL", "PASS", "SKIP", "PASS"]],
    ["cost-require-tags", ["PASS"]],
    ["house-rule", ["FAIL"]],
  ]);
  expect(toJunit(judgement)).not.toContain("\u001b");
});

test("no two cases of the JUnit have one name, of which a reader would show the first alone", () => {
  const twice = [verdict("door", { level: "advisory", outcome: "exempted" }), verdict("door")];
  const named = [
    ...toJunit({ ...judgement, verdicts: twice }).matchAll(/<testcase classname="cost-limit-fleets" name="([^"]+)"/g),
  ];
  expect(named.map(([, name]) => name)).toEqual([urn("door"), `${urn("door")} (2)`]);
});

test("text says what is refused next to the last line, and nothing in it can fake a line", () => {
  const lines = toText(judgement).trimEnd().split("\n");
  expect(lines.at(-1)).toBe(
    "denied: 3 refused, 1 advised, 1 not known yet, 1 exempted; 9 resources of game/dev as production, 2 rules, bundle sha256:0",
  );
  expect(lines.filter((line) => line.startsWith("REFUSED"))).toHaveLength(3);
  expect(lines.some((line) => line.startsWith(" end"))).toBe(false);
  expect(toText(judgement)).not.toContain("\u001b");
});
