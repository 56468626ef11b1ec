import { describe, expect, it } from "vitest";
import { catalog, checkInputs } from "../../../programs/catalog.ts";
import { nameLimits } from "../../../programs/names.ts";
import {
  development,
  production,
  type RecordedResource,
  type RecordedStack,
  recordAnew,
  recordBlueprint,
} from "../recordedStack.ts";
import { everything } from "./everything.ts";

const blueprint = "observability";
const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
const subscription = "aws:sns/topicSubscription:TopicSubscription";
const canary = "aws:synthetics/canary:Canary";

const all = () => recordBlueprint({ blueprint, inputs: everything });
const smallest = () => recordBlueprint({ blueprint });

function ofType({ resources }: RecordedStack, type: string): readonly RecordedResource[] {
  return resources.filter((resource) => resource.type === type);
}

function named(stack: RecordedStack, type: string, name: string): RecordedResource["inputs"] {
  const found = ofType(stack, type).find((resource) => resource.name === name);
  expect(found, `${type} ${name}`).toBeDefined();
  return found?.inputs ?? {};
}

/** The titles of a dashboard's graphs, and all expressions in them. */
function dashboard(stack: RecordedStack, name: string) {
  const { widgets } = JSON.parse(String(named(stack, "aws:cloudwatch/dashboard:Dashboard", name)["dashboardBody"]));
  const graphs: readonly { type: string; properties: { title: string; metrics?: readonly unknown[] } }[] = widgets;
  return {
    titles: graphs.map(({ properties }) => properties.title),
    text: (title: string) => JSON.stringify(graphs.find(({ properties }) => properties.title === title)),
  };
}

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

describe("the briefs: telemetry and KPIs", () => {
  const overview = async () => dashboard(await all(), "overview-dashboard");

  it("availability, latency, error rates and scalability have a graph each", async () => {
    const { titles, text } = await overview();
    expect(titles).toEqual(
      expect.arrayContaining(["Availability, percent", "Answered in time, percent", "Error rate, percent", "Load"]),
    );
    expect(text("Availability, percent")).toContain("HTTPCode_Target_5XX_Count");
    expect(text("Answered in time, percent")).toContain("TC(:0.5)");
    for (const metric of ["RequestCount", "Invocations", "ConcurrentExecutions", "NumberOfMessagesSent"]) {
      expect(text("Load")).toContain(metric);
    }
  });

  it("customer impact of outages and degradation is counted in requests that failed or came late", async () => {
    const { text } = await overview();
    const title = "Customer impact: requests that failed or came late";
    for (const label of ["lobby availability", "lobby latency", "events availability"]) {
      expect(text(title)).toContain(`"label":"${label}"`);
    }
  });

  it("cost efficiency is what a million requests cost", async () => {
    const { text } = await overview();
    expect(text("Cost efficiency: USD for a million requests")).toContain("1000000*spend/");
  });

  it("MTTR, MTBF and change failure rate come from what Meridian or a pipeline reports, and only that it may write", async () => {
    const { titles, text } = await overview();
    for (const title of [
      "Mean time to restore (MTTR), minutes",
      "Mean time between failures (MTBF), hours",
      "Change failure rate, percent",
    ]) {
      expect(titles).toContain(title);
      expect(text(title)).toContain('"Meridian/Delivery"');
    }
    const stack = await all();
    const policy = JSON.parse(String(named(stack, "aws:iam/policy:Policy", "delivery-writer")["policy"]));
    expect(policy.Statement).toEqual([
      {
        Effect: "Allow",
        Action: "cloudwatch:PutMetricData",
        Resource: "*",
        Condition: { StringEquals: { "cloudwatch:namespace": "Meridian/Delivery" } },
      },
    ]);
  });

  it("each service has a dashboard of its own, with its alarms on top", async () => {
    const stack = await all();
    for (const { name } of everything.services) {
      const { titles, text } = dashboard(stack, `service-${name}-dashboard`);
      expect(titles.slice(0, 2)).toEqual(["Alarms", "Burn rate over an hour: 1 uses the budget up exactly"]);
      expect(text("Alarms")).toContain(`arn:aws:mock:${name}-`);
    }
  });
});

describe("what is kept", () => {
  it("is under the stack's key: topics, logs, results, scripts, and incidents", async () => {
    const stack = await all();
    const key = "arn:aws:mock:encryption-key";
    const sealed = [
      ...ofType(stack, "aws:sns/topic:Topic").map(({ inputs }) => inputs["kmsMasterKeyId"]),
      ...ofType(stack, "aws:cloudwatch/logGroup:LogGroup").map(({ inputs }) => inputs["kmsKeyId"]),
      named(stack, "aws:s3/bucketObjectv2:BucketObjectv2", "canaries-script")["kmsKeyId"],
    ];
    expect(sealed).toEqual([key, key, key, key]);
    expect(named(stack, canary, "canaries-front")["artifactConfig"]).toEqual({
      s3Encryption: { encryptionMode: "SSE_KMS", kmsKeyArn: key },
    });
    const encryption = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration";
    expect(JSON.stringify(named(stack, encryption, "canaries-results-encryption"))).toContain(key);
    expect(named(stack, "aws:ssmincidents/replicationSet:ReplicationSet", "incident-kept")["regions"]).toEqual([
      { name: "eu-west-1", kmsKeyArn: key },
    ]);
  });

  it("is not kept for ever", async () => {
    const stack = await all();
    for (const { inputs } of ofType(stack, "aws:cloudwatch/logGroup:LogGroup"))
      expect(inputs["retentionInDays"]).toBe(90);
    expect(named(stack, canary, "canaries-front")).toMatchObject({
      successRetentionPeriod: 7,
      failureRetentionPeriod: 31,
      deleteLambda: true,
    });
  });

  it("does not show the address of an incident platform", async () => {
    const endpoints = ofType(await all(), subscription).filter(({ inputs }) => inputs["protocol"] === "https");
    expect(endpoints).toHaveLength(2);
    for (const { secretInputs } of endpoints) expect(secretInputs).toContain("endpoint");
  });
});

describe("who may do what", () => {
  it("canaries write results, read their script, and report metrics of their own namespace alone", async () => {
    const stack = await all();
    const policy = JSON.parse(
      String(named(stack, "aws:iam/rolePolicy:RolePolicy", "canaries-visitor-policy")["policy"]),
    );
    const wide = policy.Statement.filter(({ Resource }: { Resource: string }) => Resource === "*");
    expect(wide).toEqual([
      expect.objectContaining({
        Action: "cloudwatch:PutMetricData",
        Condition: { StringEquals: { "cloudwatch:namespace": "CloudWatchSynthetics" } },
      }),
      { Effect: "Allow", Action: ["s3:ListAllMyBuckets", "xray:PutTraceSegments"], Resource: "*" },
    ]);
  });

  it("only alarms and budgets of the account speak on the topics", async () => {
    for (const { inputs } of ofType(await all(), "aws:sns/topicPolicy:TopicPolicy")) {
      const [tls, ...speakers] = JSON.parse(String(inputs["policy"])).Statement;
      expect(tls).toMatchObject({ Effect: "Deny", Action: "sns:Publish" });
      expect(speakers).toHaveLength(2);
      for (const speaker of speakers) {
        expect(speaker).toMatchObject({
          Principal: { Service: expect.stringMatching(/^(cloudwatch|budgets)\.amazonaws\.com$/) },
          Condition: { StringEquals: { "aws:SourceAccount": "000000000000" } },
        });
      }
    }
  });

  it("only the accounts that are named may share what they have, and only metrics, logs and traces", async () => {
    const { policy } = named(await all(), "aws:oam/sinkPolicy:SinkPolicy", "accounts-sink");
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: ["111122223333"] },
        Action: ["oam:CreateLink", "oam:UpdateLink"],
        Resource: "*",
        Condition: {
          "ForAllValues:StringEquals": {
            "oam:ResourceTypes": ["AWS::CloudWatch::Metric", "AWS::Logs::LogGroup", "AWS::XRay::Trace"],
          },
        },
      },
    ]);
  });
});
