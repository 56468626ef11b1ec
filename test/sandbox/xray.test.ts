import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const RULE = "aws:xray/samplingRule:SamplingRule";
const GROUP = "aws:xray/group:Group";
const INVALID = "InvalidRequestException";

const rule = {
  ruleName: "lobby",
  priority: 100,
  version: 1,
  reservoirSize: 1,
  fixedRate: 0.05,
  serviceName: "*",
  serviceType: "*",
  host: "*",
  httpMethod: "*",
  urlPath: "*",
  resourceArn: "*",
};

const cases: readonly ConformanceCase[] = [
  {
    type: RULE,
    smallest: () => rule,
    id: /^lobby$/,
    outputs: { arn: /^arn:aws:xray:eu-west-1:\d{12}:sampling-rule\/lobby$/ },
    change: { fixedRate: 1, priority: 1, tags: { team: "lobby" } },
    replace: { ruleName: "events" },
    taken: { code: INVALID },
    spoiled: [
      { name: "no rate", with: { fixedRate: null }, code: INVALID },
      { name: "a rate above one", with: { fixedRate: 5 }, code: INVALID },
      { name: "a priority of zero", with: { priority: 0 }, code: INVALID },
      { name: "a second version", with: { version: 2 }, code: INVALID },
      { name: "a name of 33 characters", with: { ruleName: "a".repeat(33) }, code: INVALID },
    ],
  },
  {
    type: GROUP,
    smallest: () => ({ groupName: "troubled", filterExpression: "fault = true" }),
    id: /^arn:aws:xray:eu-west-1:\d{12}:group\/troubled\/[0-9a-f]{32}$/,
    outputs: {
      arn: /:group\/troubled\//,
      insightsConfiguration: { insightsEnabled: false, notificationsEnabled: false },
    },
    change: { filterExpression: "error = true", insightsConfiguration: { insightsEnabled: true } },
    replace: { groupName: "slow" },
    taken: { code: INVALID },
    spoiled: [
      { name: "no expression", with: { filterExpression: null }, code: INVALID },
      {
        name: "notices of insights that are off",
        with: { insightsConfiguration: { insightsEnabled: false, notificationsEnabled: true } },
        code: INVALID,
        at: "create",
      },
    ],
  },
];

conformance(cases);

describe("sampling rules", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("are at most 25 in a region", async () => {
    const engine = await sandbox.engine();
    for (let i = 0; i < 25; i += 1) await engine.create(RULE, { ...rule, ruleName: `rule-${i}` });
    await expect(engine.create(RULE, rule)).rejects.toThrow("RuleLimitExceededException:");
  });
});
