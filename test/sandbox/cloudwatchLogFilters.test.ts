import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const GROUP = "aws:cloudwatch/logGroup:LogGroup";
const FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter";
const QUERY = "aws:cloudwatch/queryDefinition:QueryDefinition";
const INVALID = "InvalidParameterException";

const metricTransformation = { namespace: "Game", name: "errors", value: "1", defaultValue: "0" };
const filter = { name: "errors", logGroupName: "/game", pattern: '{ $.level = "error" }', metricTransformation };

const withGroups = async ({ make }: Workshop): Promise<Made> => ({
  group: await make(GROUP, { name: "/game" }),
  other: await make(GROUP, { name: "/lobby" }),
});

const cases: readonly ConformanceCase[] = [
  {
    type: FILTER,
    needs: withGroups,
    smallest: () => filter,
    id: /^\/game:errors$/,
    change: { pattern: "[ip, user, code = 5*]", metricTransformation: { ...metricTransformation, unit: "Count" } },
    replace: { logGroupName: "/lobby" },
    spoiled: [
      { name: "no transformation", with: { metricTransformation: null }, code: INVALID },
      { name: "a bracket that does not close", with: { pattern: "{ $.level = 1" }, code: INVALID },
      { name: "a quote that does not close", with: { pattern: '"error' }, code: INVALID },
      {
        name: "dimensions beside a default",
        with: { metricTransformation: { ...metricTransformation, dimensions: { who: "$.who" } } },
        code: INVALID,
      },
      { name: "a name with a colon", with: { name: "a:b" }, code: INVALID },
      {
        name: "a group that does not exist",
        with: { logGroupName: "/nowhere" },
        code: "ResourceNotFoundException",
        at: "create",
      },
    ],
  },
  {
    type: QUERY,
    smallest: () => ({ name: "game/errors", queryString: "fields @message", logGroupNames: ["/game"] }),
    id: /^[0-9a-f-]{36}$/,
    outputs: { queryDefinitionId: /^[0-9a-f-]{36}$/ },
    change: { name: "game/faults", queryString: "fields @timestamp, @message" },
    spoiled: [
      { name: "no query", with: { queryString: null }, code: INVALID },
      { name: "a name that ends with a slash", with: { name: "game//" }, code: INVALID },
      { name: "a query of 10,001 characters", with: { queryString: "a".repeat(10_001) }, code: INVALID },
    ],
  },
];

conformance(cases);

describe("a metric filter", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("goes with its log group", async () => {
    const engine = await sandbox.engine();
    const group = await engine.create(GROUP, { name: "/game" });
    const made = await engine.create(FILTER, filter);
    await engine.remove(GROUP, group);
    expect(await engine.read(FILTER, made.id, made)).toBeUndefined();
  });

  it("is one of at most a hundred in its group", async () => {
    const engine = await sandbox.engine();
    await engine.create(GROUP, { name: "/full" });
    const make = (name: string) => engine.create(FILTER, { ...filter, name, logGroupName: "/full" });
    for (let i = 0; i < 100; i += 1) await make(`filter-${i}`);
    await expect(make("one-more")).rejects.toThrow("LimitExceededException:");
  });
});
