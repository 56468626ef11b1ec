import { describe, expect, it } from "vitest";
import { production } from "../recordedStack.ts";
import { containers, everything, image, inputsOf, named, network, record, telemetry } from "./recorded.ts";

describe("what fails", () => {
  it("is kept: every queue, target, schedule and function puts aside what it could not do", async () => {
    const stack = await record({ telemetry });
    const work = named(stack, "aws:sqs/queue:Queue").find(({ name }) => name === "work-queue");
    expect(JSON.parse(String(work?.inputs["redrivePolicy"]))).toEqual({
      deadLetterTargetArn: "arn:aws:mock:work-dead-letters",
      maxReceiveCount: 5,
    });
    const deliveries = "arn:aws:mock:deliveries-queue";
    for (const { deadLetterConfig } of inputsOf(stack, "aws:cloudwatch/eventTarget:EventTarget")) {
      expect(deadLetterConfig).toEqual({ arn: deliveries });
    }
    for (const { deadLetterConfig } of inputsOf(stack, "aws:lambda/function:Function")) {
      expect(deadLetterConfig).toEqual({ targetArn: deliveries });
    }
    for (const { target } of inputsOf(stack, "aws:scheduler/schedule:Schedule")) {
      expect(target).toMatchObject({ deadLetterConfig: { arn: deliveries } });
    }
  });

  it("is heard of: any dead letter rings, and so does what waits", async () => {
    const alarms = inputsOf(await record(), "aws:cloudwatch/metricAlarm:MetricAlarm");
    const on = (metric: string) => alarms.filter(({ metricName }) => metricName === metric);
    const waiting = on("ApproximateNumberOfMessagesVisible");
    expect(waiting.map(({ dimensions }) => (dimensions as { QueueName: string }).QueueName).sort()).toEqual([
      "launch-deliveries-0a1b2c3d",
      "launch-work-dead-letters-0a1b2c3d",
    ]);
    for (const { threshold } of waiting) expect(threshold).toBe(0);
    expect(on("ApproximateAgeOfOldestMessage")).toHaveLength(1);
    for (const { alarmActions } of alarms) expect(alarmActions).toEqual(["arn:aws:mock:alarms-topic"]);
  });

  it("takes a rollout back: the environment watches the alarms on errors, and a change bakes", async () => {
    const stack = await record({ rollout: { minutes: 20, steps: 4, bakeMinutes: 45 } });
    const environments = inputsOf(stack, "aws:appconfig/environment:Environment");
    expect(environments.map(({ name }) => name).sort()).toEqual(["toggles", "variants"]);
    for (const { monitors } of environments) {
      expect(monitors).toEqual(
        ["api-errors", "work-failing"].map((alarm) =>
          expect.objectContaining({ alarmArn: `arn:aws:mock:alarms-${alarm}` }),
        ),
      );
    }
    expect(inputsOf(stack, "aws:appconfig/deploymentStrategy:DeploymentStrategy")).toEqual([
      expect.objectContaining({ deploymentDurationInMinutes: 20, growthFactor: 25, finalBakeTimeInMinutes: 45 }),
    ]);
  });
});

describe("fallbacks", () => {
  it("stand in the rolled out document and in the environment of each function that reads it", async () => {
    const toggles = { doublePoints: { on: true, fallback: false }, startEvents: { on: true, fallback: true } };
    const stack = await record({ toggles });
    const [document] = named(stack, "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion").filter(
      ({ name }) => name === "live-toggles",
    );
    expect(JSON.parse(String(document?.inputs["content"])).toggles).toMatchObject(toggles);
    const readers = inputsOf(stack, "aws:lambda/function:Function").flatMap(({ environment }) => {
      const { variables } = environment as { variables: Record<string, string> }; // as in cloudFunction.ts
      return variables["TOGGLE_FALLBACKS"] === undefined ? [] : [JSON.parse(variables["TOGGLE_FALLBACKS"])];
    });
    expect(readers).toHaveLength(2);
    for (const each of readers)
      expect(each).toEqual({ startEvents: true, acceptChanges: false, pushMessages: false, doublePoints: false });
  });
});

describe("workers", () => {
  it("as functions run on Graviton with traces, and with as much of the account as they are given", async () => {
    const functions = inputsOf(
      await record({ workerConcurrency: 40, workerSeconds: 90 }),
      "aws:lambda/function:Function",
    );
    for (const each of functions) {
      expect(each).toMatchObject({
        architectures: ["arm64"],
        tracingConfig: { mode: "Active" },
        runtime: "nodejs24.x",
      });
    }
    const [mapping] = named(
      await record({ workerConcurrency: 40 }),
      "aws:lambda/eventSourceMapping:EventSourceMapping",
    ).filter(({ name }) => name === "run-work");
    expect(mapping?.inputs["scalingConfig"]).toEqual({ maximumConcurrency: 40 });
    const run = functions.find(({ handler }) => handler === "run.handler");
    expect(run).toMatchObject({ reservedConcurrentExecutions: 40, timeout: 90 });
  });

  it("as containers are private, cannot write to their root, are no root, and are heard by nobody", async () => {
    const stack = await record(everything, production);
    const [task] = inputsOf(stack, "aws:ecs/taskDefinition:TaskDefinition");
    const [container] = JSON.parse(String(task?.["containerDefinitions"]));
    expect(container).toMatchObject({ image, user: "10001:10001", readonlyRootFilesystem: true, privileged: false });
    expect(container.linuxParameters.capabilities).toEqual({ drop: ["ALL"] });
    const [service] = inputsOf(stack, "aws:ecs/service:Service");
    expect(service).toMatchObject({
      launchType: "FARGATE",
      enableExecuteCommand: false,
      networkConfiguration: { assignPublicIp: false, subnets: network.privateSubnetIds },
      deploymentCircuitBreaker: { enable: true, rollback: true },
    });
    expect(named(stack, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toEqual([]);
    expect(inputsOf(stack, "aws:lambda/function:Function").map(({ handler }) => handler)).not.toContain("run.handler");
  });

  it("as containers are as many as the queue is long", async () => {
    const stack = await record({ ...containers, workerTasks: { min: 3, max: 12, backlog: 25 } });
    expect(inputsOf(stack, "aws:appautoscaling/target:Target")).toEqual([
      expect.objectContaining({ minCapacity: 3, maxCapacity: 12 }),
    ]);
    const [policy] = inputsOf(stack, "aws:appautoscaling/policy:Policy");
    expect(policy?.["targetTrackingScalingPolicyConfiguration"]).toMatchObject({ targetValue: 25 });
    const [service] = named(stack, "aws:ecs/service:Service");
    expect(service?.ignoreChanges).toEqual(["desiredCount"]);
  });
});

describe("telemetry", () => {
  it("captures all that the game says on the bus, in order by game event, where a stream is named; and nothing is written otherwise", async () => {
    const stack = await record({ telemetry });
    const target = inputsOf(stack, "aws:cloudwatch/eventTarget:EventTarget").find(
      ({ targetId }) => targetId === "telemetry",
    );
    expect(target).toMatchObject({ arn: telemetry.streamArn, kinesisTarget: { partitionKeyPath: "$.detail.id" } });
    const attached = inputsOf(stack, "aws:iam/rolePolicyAttachment:RolePolicyAttachment").map(
      ({ policyArn }) => policyArn,
    );
    expect(new Set(attached)).toEqual(new Set([telemetry.writerPolicyArn]));
    expect(inputsOf(await record(), "aws:cloudwatch/eventTarget:EventTarget")).toHaveLength(1);
  });
});
