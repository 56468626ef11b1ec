import { describe, expect, it } from "vitest";
import { development, production, type RecordedStack, recordBlueprint } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";
import { festival } from "./kinds.ts";

const blueprint = "event-service";
const image = `registry.example.com/game/worker@sha256:${"a".repeat(64)}`;
const network = {
  vpcId: "vpc-0a1b2c3d",
  vpcCidr: "10.0.0.0/16",
  privateSubnetIds: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"],
};
const containers = { workers: "containers", workerImage: image, network };
const tokens = { issuer: "https://id.example.com/", audiences: ["game"] };
const telemetry = {
  streamName: "telemetry",
  streamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry",
  writerPolicyArn: "arn:aws:iam::123456789012:policy/telemetry-writer",
};
const everything = { ...containers, tokens, telemetry, eventKinds: { "harvest-festival": festival } };

const record = (inputs: unknown = {}, placement = development) => recordBlueprint({ blueprint, inputs, placement });
const named = (stack: RecordedStack, type: string) => stack.resources.filter((resource) => resource.type === type);
const inputsOf = (stack: RecordedStack, type: string) => named(stack, type).map(({ inputs }) => inputs);
const key = "arn:aws:mock:encryption-key";

interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}
const statementsOf = (document: unknown): readonly Statement[] => JSON.parse(String(document)).Statement;

describe("the rules", () => {
  it.each([
    ["default inputs in development", {}, development],
    ["default inputs in production", {}, production],
    ["containers, tokens, telemetry and kinds of game events in production", everything, production],
    [
      "a store of several regions",
      { scheduleStore: { homeRegion: "eu-west-1", replicaRegions: ["us-east-1"] } },
      production,
    ],
  ])("have nothing to say of %s", async (_, inputs, placement) => {
    expect(await verdictsOn({ blueprint, inputs, placement })).toEqual([]);
  });
});

describe("everything that is kept", () => {
  it.each(["functions", "containers"])("is sealed by the stack's key, with workers %s", async (workers) => {
    const stack = await record(workers === "containers" ? everything : { tokens });
    const seals: readonly [string, (inputs: Readonly<Record<string, unknown>>) => unknown][] = [
      ["aws:sqs/queue:Queue", ({ kmsMasterKeyId }) => kmsMasterKeyId],
      ["aws:cloudwatch/logGroup:LogGroup", ({ kmsKeyId }) => kmsKeyId],
      ["aws:cloudwatch/eventBus:EventBus", ({ kmsKeyIdentifier }) => kmsKeyIdentifier],
      ["aws:cloudwatch/eventArchive:EventArchive", ({ kmsKeyIdentifier }) => kmsKeyIdentifier],
      ["aws:scheduler/schedule:Schedule", ({ kmsKeyArn }) => kmsKeyArn],
      ["aws:lambda/function:Function", ({ kmsKeyArn }) => kmsKeyArn],
      ["aws:appconfig/configurationProfile:ConfigurationProfile", ({ kmsKeyIdentifier }) => kmsKeyIdentifier],
      [
        "aws:dynamodb/table:Table",
        ({ serverSideEncryption }) => (serverSideEncryption as { kmsKeyArn: string }).kmsKeyArn,
      ],
      ["aws:sns/topic:Topic", ({ kmsMasterKeyId }) => kmsMasterKeyId],
    ]; // serverSideEncryption as declared in scheduleStore.ts and connections.ts
    for (const [type, seal] of seals) {
      const sealed = inputsOf(stack, type).map(seal);
      expect([type, sealed.length > 0, [...new Set(sealed)]]).toEqual([type, true, [key]]);
    }
  });

  it("refuses to be deleted in production, and says so by its tag", async () => {
    const stack = await record({}, production);
    for (const { inputs } of [...named(stack, "aws:dynamodb/table:Table"), ...named(stack, "aws:kms/key:Key")]) {
      expect(inputs["tags"]).toMatchObject({ "meridian:protected": "true" });
    }
    for (const inputs of inputsOf(stack, "aws:dynamodb/table:Table")) {
      expect(inputs).toMatchObject({ deletionProtectionEnabled: true, pointInTimeRecovery: { enabled: true } });
    }
    const open = await record({ deletionProtection: false }, production);
    for (const inputs of inputsOf(open, "aws:dynamodb/table:Table"))
      expect(inputs["deletionProtectionEnabled"]).toBe(false);
  });

  it("in logs ends with its time", async () => {
    for (const inputs of inputsOf(await record({ logRetentionDays: 90 }), "aws:cloudwatch/logGroup:LogGroup")) {
      expect(inputs["retentionInDays"]).toBe(90);
    }
  });
});

describe("the fronts", () => {
  const routes = async (inputs: unknown) =>
    Object.fromEntries(
      inputsOf(await record(inputs), "aws:apigatewayv2/route:Route").map(
        ({ routeKey, authorizationType, authorizationScopes }) => [
          String(routeKey),
          [authorizationType, authorizationScopes],
        ],
      ),
    );

  it("let only credentials of the cloud in where no tokens are named", async () => {
    const { $disconnect, $default, ...others } = await routes({});
    expect(Object.keys(others).sort()).toEqual([
      "$connect",
      "DELETE /game-events/{id}",
      "GET /game-events",
      "GET /game-events/{id}",
      "PUT /game-events/{id}",
    ]);
    for (const [type] of Object.values(others)) expect(type).toBe("AWS_IAM");
  });

  it("let tokens of the issuer in, and changes with a scope only", async () => {
    const found = await routes({ tokens });
    expect(found["$connect"]?.[0]).toBe("CUSTOM");
    expect(found["GET /game-events"]).toEqual(["JWT", undefined]);
    for (const method of ["PUT", "DELETE"])
      expect(found[`${method} /game-events/{id}`]).toEqual(["JWT", ["game-events:write"]]);
    const [judge] = inputsOf(await record({ tokens }), "aws:apigatewayv2/authorizer:Authorizer").filter(
      ({ authorizerType }) => authorizerType === "JWT",
    );
    expect(judge?.["jwtConfiguration"]).toEqual(tokens);
  });

  it("let in no more than they are told to, log who came, and log no token", async () => {
    const stages = inputsOf(await record({ throttle: { rate: 70, burst: 30 } }), "aws:apigatewayv2/stage:Stage");
    expect(stages).toHaveLength(2);
    for (const { defaultRouteSettings, accessLogSettings } of stages) {
      expect(defaultRouteSettings).toMatchObject({ throttlingRateLimit: 70, throttlingBurstLimit: 30 });
      const { destinationArn, format } = accessLogSettings as { destinationArn: string; format: string }; // as in fronts.ts
      expect(destinationArn).toMatch(/-access$/);
      expect(format).toContain("$context.identity.sourceIp");
      expect(format).not.toMatch(/querystring|authorizer|header/i);
    }
  });

  it("are called from no web page unless it is named", async () => {
    const apis = async (inputs: unknown) => inputsOf(await record(inputs), "aws:apigatewayv2/api:Api");
    for (const { corsConfiguration } of await apis({})) expect(corsConfiguration).toBeUndefined();
    const [http] = (await apis({ webOrigins: ["https://play.example.com"] })).filter(
      ({ protocolType }) => protocolType === "HTTP",
    );
    expect(http?.["corsConfiguration"]).toMatchObject({ allowOrigins: ["https://play.example.com"] });
  });
});

describe("rights", () => {
  /** Actions for which the cloud knows no resource, by its Service Authorization Reference. */
  const unbounded = [
    "xray:PutTraceSegments",
    "xray:PutTelemetryRecords",
    "cloudwatch:DescribeAlarms",
    "ecr:GetAuthorizationToken",
  ];

  it.each(["functions", "containers"])(
    "name what they are for, and nothing in general, with workers %s",
    async (workers) => {
      const stack = await record(workers === "containers" ? everything : { tokens, telemetry });
      const policies = named(stack, "aws:iam/rolePolicy:RolePolicy");
      expect(policies.length).toBeGreaterThan(6);
      for (const { name, inputs } of policies) {
        for (const { Action, Resource } of statementsOf(inputs["policy"])) {
          for (const action of [Action].flat()) {
            expect([name, action]).toEqual([name, expect.not.stringContaining("*")]);
            if (Resource === "*") expect(unbounded).toContain(action);
          }
        }
      }
    },
  );

  it("let containers be started from the one repository that their image is in, and from no other", async () => {
    const digest = `sha256:${"a".repeat(64)}`;
    const starter = async (workerImage: string) => {
      const policies = named(await record({ ...containers, workerImage }), "aws:iam/rolePolicy:RolePolicy");
      const policy = policies.find(({ name }) => name === "workers-starter-policy")?.inputs["policy"];
      return statementsOf(policy).filter(({ Action }) => [Action].flat().some((action) => action.startsWith("ecr:")));
    };
    const [enter, fetch] = await starter(`210987654321.dkr.ecr.us-east-1.amazonaws.com/game/worker@${digest}`);
    expect(enter?.Action).toBe("ecr:GetAuthorizationToken");
    expect(fetch?.Resource).toBe("arn:aws:ecr:us-east-1:210987654321:repository/game/worker");
    const [, inChina] = await starter(`210987654321.dkr.ecr.cn-north-1.amazonaws.com.cn/worker:1.0@${digest}`);
    expect(inChina?.Resource).toBe("arn:aws-cn:ecr:cn-north-1:210987654321:repository/worker");
    expect(await starter(image)).toEqual([]);
  });

  it("let readers write nothing: only the API changes the schedule", async () => {
    const policies = named(await record({ tokens }), "aws:iam/rolePolicy:RolePolicy");
    const writers = policies.filter(({ inputs }) => String(inputs["policy"]).includes('"dynamodb:PutItem"'));
    expect(writers.map(({ name }) => name).sort()).toEqual(["api-policy", "socket-policy"]);
  });

  it("let the bus alone put work into the queue, and everybody speak to queues over TLS only", async () => {
    const policies = inputsOf(await record(), "aws:sqs/queuePolicy:QueuePolicy");
    expect(policies).toHaveLength(4);
    for (const { policy } of policies) {
      const [tls, ...senders] = statementsOf(policy);
      expect(tls).toMatchObject({
        Effect: "Deny",
        Action: "sqs:*",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
      for (const sender of senders)
        expect(sender).toMatchObject({
          Action: "sqs:SendMessage",
          Principal: { Service: "events.amazonaws.com" },
          Condition: { ArnEquals: { "aws:SourceArn": expect.stringMatching(/^arn:aws:mock:bus-/) } },
        });
    }
  });
});

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
