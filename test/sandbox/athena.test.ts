import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const WORKGROUP = "aws:athena/workgroup:Workgroup";
const QUERY = "aws:athena/namedQuery:NamedQuery";
const INVALID = "InvalidRequestException";

const results = (more: Record<string, string>) => ({
  configuration: { resultConfiguration: { outputLocation: "s3://lake/results/", ...more } },
});

const cases: readonly ConformanceCase[] = [
  {
    type: WORKGROUP,
    smallest: () => ({ name: "analysts" }),
    id: /^analysts$/,
    outputs: { arn: /^arn:aws:athena:eu-west-1:\d{12}:workgroup\/analysts$/, state: "ENABLED" },
    change: { ...results({}), state: "DISABLED", tags: { team: "data" } },
    replace: { name: "others" },
    spoiled: [
      { name: "a name with a space", with: { name: "my group" }, code: INVALID },
      { name: "a state there is not", with: { state: "PAUSED" }, code: INVALID },
      {
        name: "a scan limit below 10 MB",
        with: { configuration: { bytesScannedCutoffPerQuery: 10_485_759 } },
        code: INVALID,
        property: "configuration.bytesScannedCutoffPerQuery",
      },
      {
        name: "results that are in no bucket",
        with: results({ outputLocation: "lake/results" }),
        code: INVALID,
        property: "configuration.resultConfiguration.outputLocation",
      },
      {
        name: "encryption by a key without a key",
        with: {
          configuration: { resultConfiguration: { encryptionConfiguration: { encryptionOption: "SSE_KMS" } } },
        },
        code: INVALID,
        property: "configuration.resultConfiguration.encryptionConfiguration",
      },
    ],
    taken: { code: INVALID },
  },
  {
    type: QUERY,
    needs: async ({ make }) => ({ workgroup: await make(WORKGROUP, { name: "analysts", forceDestroy: true }) }),
    smallest: () => ({ name: "errors", database: "telemetry", query: "select 1", workgroup: "analysts" }),
    id: /^[0-9a-f-]{36}$/,
    replace: { query: "select 2" },
    spoiled: [
      { name: "no query", with: { query: null }, code: INVALID },
      { name: "no database", with: { database: null }, code: INVALID },
      { name: "a workgroup that does not exist", with: { workgroup: "nowhere" }, code: INVALID, at: "create" },
    ],
  },
];

conformance(cases);

describe("a workgroup", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("is deleted with what is saved in it only where that was said", async () => {
    const engine = await sandbox.engine();
    const group = await engine.create(WORKGROUP, { name: "kept" });
    const saved = await engine.create(QUERY, { name: "q", database: "d", query: "select 1", workgroup: "kept" });
    await expect(engine.remove(WORKGROUP, group)).rejects.toThrow(`${INVALID}: WorkGroup kept is not empty`);
    const open = await engine.update(WORKGROUP, group, { name: "kept", forceDestroy: true });
    await engine.remove(WORKGROUP, open);
    expect(await engine.read(QUERY, saved.id)).toBeUndefined();
  });
});
