import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog, checkInputs } from "../../../programs/catalog.ts";
import { festival } from "./kinds.ts";

const blueprint = catalog.blueprints["event-service"];

function problemsOf(inputs: unknown) {
  const checked = checkInputs(blueprint, inputs);
  return checked.ok ? [] : checked.problems;
}

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

describe("the inputs of event-service", () => {
  it("may all be left out, and then are the closed ones", () => {
    expect(checkInputs(blueprint, {})).toMatchObject({
      ok: true,
      inputs: {
        webOrigins: [],
        eventKinds: {},
        scheduleStore: { replicaRegions: [] },
        toggles: {
          startEvents: { on: true, fallback: false },
          acceptChanges: { on: true, fallback: false },
          pushMessages: { on: true, fallback: false },
        },
      },
    });
  });

  it("are accepted when every one of them is given, the network as the blueprint of that name answers it", () => {
    const given = {
      ...containers,
      network: {
        ...network,
        zones: ["eu-west-1a", "eu-west-1b"],
        publicSubnetIds: ["subnet-0a1b2c3f", "subnet-0a1b2c40"],
      },
      tokens: { ...tokens, writeScope: "events:write" },
      webOrigins: ["https://play.example.com"],
      throttle: { rate: 1000, burst: 500 },
      workerConcurrency: 10,
      workerSeconds: 60,
      retryLimit: 3,
      workerTasks: { min: 2, max: 4, backlog: 10 },
      archiveDays: 90,
      scheduleStore: { homeRegion: "eu-west-1", replicaRegions: ["us-east-1"] },
      toggles: { doublePoints: { on: false, fallback: false }, startEvents: { on: true, fallback: true } },
      eventKinds: { "harvest-festival": festival },
      rollout: { minutes: 0, steps: 1, bakeMinutes: 10 },
      telemetry,
      artefact: { bucket: "artefacts", key: "handlers.zip", version: "1" },
      logRetentionDays: 90,
      deletionProtection: true,
      monthlyBudget: { amount: "50.00", currency: "USD" },
      alarmEmail: "oncall@example.com",
    };
    expect(problemsOf(given)).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, string, RegExp]>([
    ["an unknown input", { worker: 5 }, "/worker", /take out "worker"/],
    ["an issuer in clear text", { tokens: { ...tokens, issuer: "http://id" } }, "/tokens/issuer", /begins with https/],
    ["tokens for anybody", { tokens: { ...tokens, audiences: [] } }, "/tokens/audiences", /for nobody/],
    ["every web page", { webOrigins: ["*"] }, "/webOrigins/0", /begins with https/],
    ["a burst over the rate", { throttle: { rate: 10, burst: 20 } }, "/throttle/burst", /at most 10/],
    ["other workers", { workers: "robots" }, "/workers", /functions or containers/],
    ["an image for functions", { workerImage: image }, "/workerImage", /set workers to containers/],
    ["containers without an image", { workers: "containers", network }, "/workerImage", /by digest/],
    ["containers without a network", { workers: "containers", workerImage: image }, "/network", /give the network/],
    ["an image that can move", { ...containers, workerImage: "game/worker:1.0.0" }, "/workerImage", /a tag can move/],
    [
      "containers in one zone",
      { ...containers, network: { ...network, privateSubnetIds: ["subnet-0a1b2c3d"] } },
      "/network/privateSubnetIds",
      /at least two zones/,
    ],
    ["more tasks at the least than at the most", { workerTasks: { min: 9, max: 3 } }, "/workerTasks/max", /at least 9/],
    ["more than an hour for a message", { workerSeconds: 3600 }, "/workerSeconds", /from 1 to 900/],
    ["a single try", { retryLimit: 1 }, "/retryLimit", /from 2 to 100/],
    [
      "replicas of a store without a home",
      { scheduleStore: { replicaRegions: ["us-east-1"] } },
      "/scheduleStore/homeRegion",
      /name the region/,
    ],
    [
      "a replica where the store is",
      { scheduleStore: { homeRegion: "eu-west-1", replicaRegions: ["eu-west-1"] } },
      "/scheduleStore/replicaRegions/0",
      /take eu-west-1 out/,
    ],
    [
      "a replica twice",
      { scheduleStore: { homeRegion: "eu-west-1", replicaRegions: ["us-east-1", "us-east-1"] } },
      "/scheduleStore/replicaRegions/1",
      /name us-east-1 once/,
    ],
    [
      "a toggle without a fallback",
      { toggles: { startEvents: { on: true } } },
      "/toggles/startEvents/fallback",
      /true or false/,
    ],
    [
      "a rollout of steps without time",
      { rollout: { minutes: 0, steps: 4 } },
      "/rollout/steps",
      /give 1, or more minutes/,
    ],
    ["a rollout that nobody watches", { rollout: { bakeMinutes: 0 } }, "/rollout/bakeMinutes", /from 5 to 1440/],
    [
      "a game event that leaves somebody out",
      { eventKinds: { parade: { platforms: { pc: [{ name: "full", ruleset: "standard", serves: ["sight"] }] } } } },
      "/eventKinds/parade/platforms/pc",
      /players are left out/,
    ],
    [
      "a shared pool that a platform cannot join",
      {
        eventKinds: {
          parade: { ...festival, platforms: { ...festival.platforms, cloud: festival.platforms.mobile.slice(1) } },
        },
      },
      "/eventKinds/parade/platforms/cloud",
      /a variant of ruleset standard/,
    ],
    [
      "a game event on no platform",
      { eventKinds: { parade: { platforms: {} } } },
      "/eventKinds/parade/platforms",
      /at least one/,
    ],
    [
      "a platform nobody knows",
      { eventKinds: { parade: { platforms: { pc: festival.platforms.pc, toaster: festival.platforms.pc } } } },
      "/eventKinds/parade/platforms/toaster",
      /toaster/,
    ],
    [
      "two variants of one name",
      { eventKinds: { parade: { platforms: { pc: [festival.platforms.pc[1], festival.platforms.pc[1]] } } } },
      "/eventKinds/parade/platforms/pc/1/name",
      /calm is taken/,
    ],
    [
      "a stream without the right to write to it",
      { telemetry: { streamName: telemetry.streamName, streamArn: telemetry.streamArn } },
      "/telemetry/writerPolicyArn",
      /give the ARN of a policy/,
    ],
    [
      "a stream by its name alone",
      { telemetry: { ...telemetry, streamArn: "telemetry" } },
      "/telemetry/streamArn",
      /ARN of a stream/,
    ],
    [
      "code without a version",
      { artefact: { bucket: "artefacts", key: "x.zip" } },
      "/artefact/version",
      /give the version/,
    ],
  ])("refuse %s, and say what to do", (_, given, pointer, message) => {
    const problems = problemsOf(given);
    expect(problems.map((problem) => problem.pointer)).toEqual([pointer]);
    expect(problems[0]?.message).toMatch(message);
  });

  it.each([null, "text", 5, []])("refuse %j as a whole", (given) => {
    expect(problemsOf(given)).toEqual([{ pointer: "", message: expect.stringContaining("one JSON object") }]);
  });

  it("have a JSON Schema in which each says what it is", () => {
    const schema = z.toJSONSchema(blueprint.inputs, { io: "input" });
    for (const [name, property] of Object.entries(schema.properties ?? {}))
      expect([name, property]).toEqual([name, expect.objectContaining({ description: expect.any(String) })]);
    expect(schema.additionalProperties).toBe(false);
  });
});
