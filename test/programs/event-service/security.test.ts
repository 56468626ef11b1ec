import { describe, expect, it } from "vitest";
import { development, production } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";
import {
  blueprint,
  containers,
  everything,
  image,
  inputsOf,
  key,
  named,
  record,
  statementsOf,
  telemetry,
  tokens,
} from "./recorded.ts";

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
