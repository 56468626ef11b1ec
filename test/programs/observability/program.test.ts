import { describe, expect, it } from "vitest";
import { catalog, checkInputs } from "../../../programs/catalog.ts";
import { nameLimits } from "../../../programs/names.ts";
import { development, production, type RecordedStack, recordAnew, recordBlueprint } from "../recordedStack.ts";
import { everything } from "./everything.ts";
import {
  all,
  blueprint,
  canary,
  compositeAlarm,
  metricAlarm,
  named,
  ofType,
  smallest,
  subscription,
} from "./recorded.ts";

describe("observability", () => {
  it("makes one thing an objective is watched by after another, and nothing that was not asked for", async () => {
    const types = new Set((await smallest()).resources.map(({ type }) => type));
    expect([...types].filter((type) => type.startsWith("aws:")).toSorted()).toEqual([
      "aws:budgets/budget:Budget",
      "aws:cloudwatch/compositeAlarm:CompositeAlarm",
      "aws:cloudwatch/dashboard:Dashboard",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "aws:iam/policy:Policy",
      "aws:kms/alias:Alias",
      "aws:kms/key:Key",
      "aws:sns/topic:Topic",
      "aws:sns/topicPolicy:TopicPolicy",
      "aws:xray/group:Group",
    ]);
  });

  it("keeps nothing from one run to the next", async () => {
    const registrations = ({ resources }: RecordedStack) =>
      resources.map(({ urn, inputs }) => JSON.stringify({ urn, inputs })).toSorted();
    const first = registrations(await recordAnew({ blueprint, inputs: everything }));
    await recordAnew({ blueprint, placement: { ...production, stackSet: "other" } });
    expect(registrations(await recordAnew({ blueprint, inputs: everything }))).toEqual(first);
  });

  it("gives no thing a name that its kind does not allow, nor two of one kind the same, at the longest names", async () => {
    const long = "abcdefghij-klmnopqrs";
    const [lobby] = everything.services;
    const [group] = everything.logGroups;
    const [visit] = everything.canaries;
    const { resources } = await recordBlueprint({
      blueprint,
      placement: { ...development, stackSet: "a".repeat(40) },
      inputs: {
        ...everything,
        services: [
          { ...lobby, name: long, objectives: [{ kind: "availability", target: "99", name: "abcdefgh-jklmnop" }] },
        ],
        logGroups: [{ ...group, name: long, filters: [{ name: long, pattern: "A", alarm: { above: 1 } }] }],
        canaries: [{ ...visit, name: long }],
        traces: { rules: [{ name: "abcdefgh-jkl" }] },
      },
    });
    const names = (type: string, property: string) =>
      resources.filter((resource) => resource.type === type).map(({ inputs }) => String(inputs[property]));
    const alarms = [...names(metricAlarm, "name"), ...names(compositeAlarm, "alarmName")];
    expect(new Set(alarms).size).toBe(alarms.length);
    const traces = [
      ...names("aws:xray/group:Group", "groupName"),
      ...names("aws:xray/samplingRule:SamplingRule", "ruleName"),
    ];
    for (const name of [...alarms, ...names(canary, "name")]) expect(name.length).toBeLessThanOrEqual(nameLimits.other);
    for (const name of traces) expect(name.length).toBeLessThanOrEqual(nameLimits.trace);
  });
});

describe("alarms", () => {
  it("are made of each objective, six that say nothing and two above them that do", async () => {
    const stack = await smallest();
    const windows = ofType(stack, metricAlarm);
    expect(windows.map(({ name }) => name).toSorted()).toEqual(
      ["fast", "slow", "steady"].flatMap((alert) => [
        `lobby-availability-${alert}-long`,
        `lobby-availability-${alert}-short`,
      ]),
    );
    for (const { inputs } of windows)
      expect([inputs["alarmActions"], inputs["okActions"]]).toEqual([undefined, undefined]);
    const rule = (severity: string) => named(stack, compositeAlarm, `lobby-availability-${severity}`)["alarmRule"];
    const alarm = (name: string) => `ALARM("launch-lobby-availability-${name}-0a1b2c3d")`;
    expect(rule("page")).toBe(
      `(${alarm("fast-long")} AND ${alarm("fast-short")}) OR (${alarm("slow-long")} AND ${alarm("slow-short")})`,
    );
    expect(rule("ticket")).toBe(`(${alarm("steady-long")} AND ${alarm("steady-short")})`);
  });

  it("look at the share of bad requests over exactly their window", async () => {
    const { metricQueries, ...inputs } = named(await smallest(), metricAlarm, "lobby-availability-fast-long");
    expect(inputs).toMatchObject({ threshold: 0.0144, evaluationPeriods: 1, treatMissingData: "notBreaching" });
    const metric = (metricName: string) => ({
      metric: {
        namespace: "AWS/ApplicationELB",
        metricName,
        dimensions: { LoadBalancer: "app/m-launch-lobby-0a1b2c3d/0a1b2c3d4e5f6071" },
        stat: "Sum",
        period: 3600,
      },
      returnData: false,
    });
    const bad = "(FILL(m1,0)+FILL(m2,0))";
    const total = "(FILL(m3,0)+FILL(m2,0))";
    expect(metricQueries).toEqual([
      { id: "share", label: "bad share", expression: `IF(${total}>0,${bad}/${total},0)`, returnData: true },
      { id: "m1", ...metric("HTTPCode_Target_5XX_Count") },
      { id: "m2", ...metric("HTTPCode_ELB_5XX_Count") },
      { id: "m3", ...metric("RequestCount") },
    ]);
  });

  it("name their runbook, every one, and a service's own where it has one", async () => {
    const [lobby, ...others] = everything.services;
    const runbookUrl = "https://lobby.example.com/runbook";
    const services = [{ ...lobby, runbookUrl }, ...others];
    const { resources } = await recordBlueprint({ blueprint, inputs: { ...everything, services } });
    const alarms = resources.filter(({ type }) => [metricAlarm, compositeAlarm].includes(type));
    expect(alarms).toHaveLength(8 * 8 + 3);
    for (const { name, inputs } of alarms) {
      const link = /Runbook: (\S+)$/.exec(String(inputs["alarmDescription"]))?.[1];
      expect(link, name).toMatch(
        name.startsWith("lobby-")
          ? /^https:\/\/lobby\.example\.com\/runbook$/
          : /^https:\/\/meridian\.example\.com\/runbooks\/[a-z-]+$/,
      );
      expect(String(inputs["alarmDescription"]).length).toBeLessThanOrEqual(1024);
    }
  });

  it("wake a person where they page, open an incident there alone, and leave tickets for the morning", async () => {
    const stack = await all();
    const topic = (severity: string) => `arn:aws:mock:on-call-${severity}-topic`;
    const plan = "arn:aws:mock:incident-plan";
    expect(named(stack, compositeAlarm, "lobby-latency-page")).toMatchObject({
      alarmActions: [topic("page"), plan],
      okActions: [topic("page")],
    });
    expect(named(stack, compositeAlarm, "lobby-latency-ticket")).toMatchObject({ alarmActions: [topic("ticket")] });
    expect(named(stack, metricAlarm, "signals-canary-front")["alarmActions"]).toEqual([topic("page"), plan]);
    expect(named(stack, metricAlarm, "signals-log-game-errors")["alarmActions"]).toEqual([topic("ticket")]);
    const heard = ofType(stack, subscription);
    expect(
      heard.map(({ inputs }) => `${inputs["topic"]} ${inputs["protocol"]} ${inputs["endpoint"]}`).toSorted(),
    ).toEqual([
      `${topic("page")} email on-call@example.com`,
      `${topic("page")} https https://events.example.com/page/0a1b`,
      `${topic("ticket")} email team@example.com`,
      `${topic("ticket")} https https://events.example.com/ticket/0a1b`,
    ]);
  });

  it("are kept where the incident platform does not take them, and that is heard", async () => {
    const stack = await all();
    const arn = "arn:aws:mock:undelivered-queue";
    for (const { inputs } of ofType(stack, subscription)) {
      const kept = inputs["protocol"] === "https" ? JSON.stringify({ deadLetterTargetArn: arn }) : undefined;
      expect(inputs["redrivePolicy"]).toBe(kept);
    }
    expect(named(stack, "aws:sqs/queue:Queue", "undelivered-queue")).toMatchObject({
      kmsMasterKeyId: "arn:aws:mock:encryption-key",
      messageRetentionSeconds: 1_209_600,
    });
    expect(String(named(stack, "aws:kms/key:Key", "encryption-key")["policy"])).toContain("TopicsToTheirDeadLetters");
    expect(named(stack, metricAlarm, "signals-alarms-undelivered")).toMatchObject({
      metricName: "ApproximateNumberOfMessagesVisible",
      threshold: 0,
    });
    const without = await smallest();
    expect(ofType(without, "aws:sqs/queue:Queue")).toEqual([]);
    expect(String(named(without, "aws:kms/key:Key", "encryption-key")["policy"])).not.toContain("DeadLetters");
  });

  it("are given on by objective", async () => {
    const { outputs } = await all();
    expect(outputs).toMatchObject({
      alarmArns: { "lobby/availability": "arn:aws:mock:lobby-availability-page", "jobs/freshness": expect.any(String) },
      ticketAlarmArns: { "lobby/latency": "arn:aws:mock:lobby-latency-ticket" },
      pageTopicArn: "arn:aws:mock:on-call-page-topic",
      ticketTopicArn: "arn:aws:mock:on-call-ticket-topic",
    });
  });

  it("end an experiment by as many as one takes: each service's first objective, in the order of the services", async () => {
    const { outputs } = await all();
    const alarms = outputs["stopAlarmArns"];
    expect(alarms).toEqual(
      ["lobby-availability", "events-availability", "worker-latency", "jobs-availability", "schedule-availability"].map(
        (objective) => `arn:aws:mock:${objective}-fast-short`,
      ),
    );
    const chaos = { experiments: ["node-loss"], stackSet: "launch" };
    const inRegion = everything.services.map((_, index) => `arn:aws:cloudwatch:eu-west-1:000000000000:alarm:a${index}`);
    const taken = { ...chaos, stopAlarmArns: inRegion.slice(0, Array.isArray(alarms) ? alarms.length : 0) };
    expect(checkInputs(catalog.blueprints.chaos, taken)).toMatchObject({ ok: true });
  });

  it("ask one contact after another, each for as long as was said", async () => {
    const stack = await all();
    const { stages } = named(stack, "aws:ssmcontacts/plan:Plan", "incident-escalation");
    expect(stages).toMatchObject(
      ["first", "second"].map((person) => ({
        durationInMinutes: 10,
        targets: [{ contactTargetInfo: { contactId: `arn:aws:mock:incident-${person}` } }],
      })),
    );
  });
});
