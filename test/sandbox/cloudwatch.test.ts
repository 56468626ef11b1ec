import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Spoiled, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";
const DASHBOARD = "aws:cloudwatch/dashboard:Dashboard";
const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const RULE = "aws:cloudwatch/contributorInsightRule:ContributorInsightRule";
const TOPIC = "aws:sns/topic:Topic";

const withTopic = async ({ make }: Workshop): Promise<Made> => ({ topic: await make(TOPIC, { name: "alarms" }) });

const alarm: Properties = {
  name: "door-errors",
  namespace: "AWS/ApplicationELB",
  metricName: "HTTPCode_Target_5XX_Count",
  statistic: "Sum",
  period: 60,
  evaluationPeriods: 5,
  threshold: 50,
  comparisonOperator: "GreaterThanThreshold",
};

const graph: Properties = { region: "eu-west-1", metrics: [["AWS/EC2", "CPUUtilization", "InstanceId", "i-0"]] };
const widget: Properties = { type: "metric", x: 0, y: 0, width: 12, height: 6, properties: graph };

/** A dashboard of one widget, with parts of it changed. */
function body(changed: Properties = {}): string {
  return JSON.stringify({ widgets: [{ ...widget, ...changed }] });
}

function malformed(name: string, dashboardBody: string): Spoiled {
  return { name, with: { dashboardBody }, code: "InvalidParameterInput" };
}

/** An alarm on an expression over two metrics. */
const share = { id: "share", expression: "bad/total", returnData: true };
const counted = (id: string, metric: Properties = {}): Properties => ({
  id,
  metric: { namespace: "Game", metricName: id, period: 3600, stat: "Sum", ...metric },
  returnData: false,
});
const { name: _name, comparisonOperator, threshold } = alarm;
const queried = (...metricQueries: readonly Properties[]): Properties => ({
  name: "burning",
  comparisonOperator: comparisonOperator ?? "",
  threshold: threshold ?? 0,
  evaluationPeriods: 1,
  metricQueries,
});
const fault = (name: string, ...metricQueries: readonly Properties[]): Spoiled => ({
  name,
  with: { metricQueries },
  code: "ValidationError",
});

const withAlarms = async ({ make }: Workshop): Promise<Made> => ({
  one: await make(ALARM, { ...alarm, name: "one" }),
  other: await make(ALARM, { ...alarm, name: "other" }),
  topic: await make(TOPIC, { name: "pages" }),
});

function definition(changed: Properties = {}): string {
  return JSON.stringify({
    Schema: { Name: "CloudWatchLogRule", Version: 1 },
    LogGroupNames: ["/game"],
    LogFormat: "JSON",
    Contribution: { Keys: ["$.player"], Filters: [] },
    AggregateOn: "Count",
    ...changed,
  });
}

const spoiledRule = (name: string, changed: Properties): Spoiled => ({
  name,
  with: { ruleDefinition: definition(changed) },
  code: "InvalidParameterValue",
});

const cases: readonly ConformanceCase[] = [
  {
    type: ALARM,
    smallest: () => queried(share, counted("bad"), counted("total")),
    id: /^burning$/,
    change: { metricQueries: [{ ...share, expression: "100*bad/total" }, counted("bad"), counted("total")] },
    spoiled: [
      fault("queries of which none is judged", counted("bad")),
      fault("queries of which two are judged", share, { ...counted("bad"), returnData: true }, counted("total")),
      fault("an id that is there twice", share, counted("bad"), counted("total"), counted("bad")),
      fault("an id that begins with a capital", { ...share, expression: "1" }, counted("Bad")),
      fault("an expression over what is not asked for", share, counted("bad")),
      fault("a query for nothing", { id: "share", returnData: true }),
      fault("a metric's period of 45 seconds", share, counted("bad", { period: 45 }), counted("total")),
      fault("eight days", share, counted("bad", { period: 691_200 }), counted("total")),
      fault("eleven metrics", { ...share, expression: "1" }, ...Array.from({ length: 11 }, (_, i) => counted(`m${i}`))),
    ],
  },
  {
    type: COMPOSITE,
    needs: withAlarms,
    smallest: () => ({ alarmName: "page", alarmRule: 'ALARM("one") AND ALARM("other")' }),
    id: /^page$/,
    outputs: { arn: /^arn:aws:cloudwatch:eu-west-1:\d{12}:alarm:page$/, actionsEnabled: true },
    change: (made) => ({
      alarmRule: `(ALARM("one") OR NOT OK('other')) AND TRUE`,
      alarmActions: [made["topic"]?.id ?? ""],
      tags: { team: "lobby" },
    }),
    replace: { alarmName: "ticket" },
    spoiled: [
      { name: "no rule", with: { alarmRule: null }, code: "ValidationError" },
      { name: "a rule that ends early", with: { alarmRule: "ALARM(one) AND" }, code: "ValidationError" },
      { name: "parentheses that do not close", with: { alarmRule: "(ALARM(one)" }, code: "ValidationError" },
      { name: "a state there is not", with: { alarmRule: "RINGING(one)" }, code: "ValidationError" },
      { name: "empty parentheses", with: { alarmRule: "()" }, code: "ValidationError" },
      {
        name: "a rule over 101 alarms",
        with: { alarmRule: Array.from({ length: 101 }, (_, i) => `ALARM(a${i})`).join(" OR ") },
        code: "ValidationError",
      },
      {
        name: "an alarm that does not exist",
        with: { alarmRule: 'ALARM("none")' },
        code: "ValidationError",
        at: "create",
      },
      {
        name: "a topic that does not exist",
        with: (made) => ({ okActions: [`${made["topic"]?.id}-2`] }),
        code: "ValidationError",
        at: "create",
      },
    ],
  },
  {
    type: ALARM,
    smallest: () => alarm,
    id: /^door-errors$/,
    dependant: {
      type: COMPOSITE,
      inputs: ({ outputs }) => ({ alarmName: "page", alarmRule: `ALARM(${String(outputs["arn"])})` }),
      code: "ValidationError",
    },
  },
  {
    type: RULE,
    smallest: () => ({ ruleName: "top-players", ruleDefinition: definition() }),
    id: /^top-players$/,
    outputs: { resourceArn: /^arn:aws:cloudwatch:eu-west-1:\d{12}:insight-rule\/top-players$/, ruleState: "ENABLED" },
    change: { ruleState: "DISABLED", ruleDefinition: definition({ AggregateOn: "Sum" }) },
    replace: { ruleName: "top-regions" },
    spoiled: [
      { name: "no definition", with: { ruleDefinition: null }, code: "MissingParameter" },
      { name: "a definition that is no JSON", with: { ruleDefinition: "{" }, code: "InvalidParameterValue" },
      spoiledRule("a schema there is not", { Schema: { Name: "Rule", Version: 1 } }),
      spoiledRule("no log group", { LogGroupNames: [] }),
      spoiledRule("a format there is not", { LogFormat: "XML" }),
      spoiledRule("no key", { Contribution: { Keys: [] } }),
      spoiledRule("five keys", { Contribution: { Keys: ["$.a", "$.b", "$.c", "$.d", "$.e"] } }),
      spoiledRule("another way to add up", { AggregateOn: "Average" }),
    ],
  },
  {
    type: ALARM,
    needs: withTopic,
    smallest: () => alarm,
    id: /^door-errors$/,
    outputs: {
      arn: /^arn:aws:cloudwatch:eu-west-1:\d{12}:alarm:door-errors$/,
      actionsEnabled: true,
      treatMissingData: "missing",
    },
    change: (made) => ({ threshold: 80, alarmActions: [made["topic"]?.id ?? ""], tags: { team: "lobby" } }),
    replace: { name: "lobby-errors" },
    spoiled: [
      { name: "no metric", with: { metricName: null }, code: "InvalidParameterCombination", property: "metricName" },
      { name: "no namespace", with: { namespace: null }, code: "ValidationError" },
      { name: "no threshold", with: { threshold: null }, code: "InvalidParameterCombination" },
      { name: "no comparison", with: { comparisonOperator: null }, code: "ValidationError" },
      { name: "a comparison there is not", with: { comparisonOperator: "Above" }, code: "ValidationError" },
      { name: "a statistic there is not", with: { statistic: "Median" }, code: "ValidationError" },
      {
        name: "two statistics",
        with: { extendedStatistic: "p99" },
        code: "InvalidParameterCombination",
        property: "statistic",
      },
      { name: "a percentile over 100", with: { extendedStatistic: "p101", statistic: null }, code: "ValidationError" },
      { name: "a period of 45 seconds", with: { period: 45 }, code: "ValidationError" },
      { name: "more than a day", with: { evaluationPeriods: 1441 }, code: "ValidationError" },
      { name: "more points than it looks at", with: { datapointsToAlarm: 6 }, code: "ValidationError" },
      { name: "another way to treat gaps", with: { treatMissingData: "good" }, code: "ValidationError" },
      {
        name: "an action that is no ARN",
        with: { alarmActions: ["alarms"] },
        code: "ValidationError",
        property: "alarmActions[0]",
      },
      {
        name: "a topic of another region",
        with: { okActions: ["arn:aws:sns:us-east-1:100000000001:alarms"] },
        code: "ValidationError",
        at: "create",
      },
      {
        name: "a topic that does not exist",
        with: (made) => ({ alarmActions: [`${made["topic"]?.id}-2`] }),
        code: "ValidationError",
        at: "create",
      },
      { name: "a tag of AWS's own", with: { tags: { "aws:team": "lobby" } }, code: "ValidationError" },
    ],
  },
  {
    type: DASHBOARD,
    smallest: () => ({ dashboardName: "overview", dashboardBody: body() }),
    id: /^overview$/,
    outputs: { dashboardArn: /^arn:aws:cloudwatch::\d{12}:dashboard\/overview$/ },
    change: { dashboardBody: body({ width: 24 }) },
    replace: { dashboardName: "sessions" },
    spoiled: [
      { name: "no body", with: { dashboardBody: null }, code: "InvalidParameterInput" },
      { name: "a name with a dot", with: { dashboardName: "over.view" }, code: "InvalidParameterInput" },
      malformed("a body that is no JSON", "{"),
      malformed("a body without widgets", "{}"),
      malformed("a widget of no type", body({ type: "table" })),
      malformed("a widget without content", JSON.stringify({ widgets: [{ type: "text" }] })),
      malformed("a widget wider than the grid", body({ width: 25 })),
      malformed("a graph without a region", body({ properties: { metrics: [["A", "B"]] } })),
      malformed("a graph without metrics", body({ properties: { region: "eu-west-1" } })),
      malformed(
        "a metric whose dimension has no value",
        body({ properties: { ...graph, metrics: [["A", "B", "C"]] } }),
      ),
      malformed("a view there is not", body({ properties: { ...graph, view: "heatmap" } })),
      malformed("a period of 45 seconds", body({ properties: { ...graph, period: 45 } })),
      malformed("a text without text", body({ type: "text", properties: {} })),
    ],
  },
];

conformance(cases);

describe("alarms and dashboards", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("take percentiles, ranges of them, expressions as metrics, and options at the end of a row", async () => {
    const engine = await sandbox.engine();
    const { statistic: _, ...unmeasured } = alarm;
    for (const extendedStatistic of ["p99", "p99.9", "p100", "tm90", "IQM", "PR(:300)"]) {
      const { failures } = await engine.check(ALARM, { ...unmeasured, extendedStatistic });
      expect(failures, extendedStatistic).toEqual([]);
    }
    const metrics = [["AWS/EC2", "CPUUtilization", { stat: "p99" }], [{ expression: "m1 * 2" }]];
    const dashboardBody = body({ properties: { ...graph, metrics } });
    expect((await engine.check(DASHBOARD, { dashboardName: "overview", dashboardBody })).failures).toEqual([]);
  });

  it("find the same body in other white space unchanged", async () => {
    const engine = await sandbox.engine();
    const spaced = JSON.stringify(JSON.parse(body()), undefined, 2);
    const olds = { dashboardName: "overview", dashboardBody: body() };
    expect(await engine.diff(DASHBOARD, "overview", olds, { ...olds, dashboardBody: spaced })).toMatchObject({
      changes: false,
    });
  });

  it("are of their account: a dashboard is seen from every region, an alarm from its own", async () => {
    const here = await sandbox.engine();
    const elsewhere = await sandbox.engine({ configuration: { region: "us-east-1" } });
    await here.create(DASHBOARD, { dashboardName: "shared", dashboardBody: body() });
    await here.create(ALARM, alarm);
    expect(await elsewhere.read(DASHBOARD, "shared")).toBeDefined();
    expect(await elsewhere.read(ALARM, "door-errors")).toBeUndefined();
  });
});
