import type { Engine } from "../../sandbox/protocolClient.ts";
import { type Inputs, lifecycle } from "../lifecycle.ts";
import { festival } from "./kinds.ts";

const image = `registry.example.com/game/worker@sha256:${"a".repeat(64)}`;

/** What `network` and `telemetry` would have made. */
async function needs(engine: Engine): Promise<Inputs> {
  const vpc = await engine.create("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const subnet = (cidrBlock: string, availabilityZone: string) =>
    engine.create("aws:ec2/subnet:Subnet", { vpcId: vpc.id, cidrBlock, availabilityZone });
  const subnets = [await subnet("10.0.0.0/24", "eu-west-1a"), await subnet("10.0.1.0/24", "eu-west-1b")];
  const stream = await engine.create("aws:kinesis/stream:Stream", {
    name: "telemetry",
    streamModeDetails: { streamMode: "ON_DEMAND" },
  });
  const statement = { Effect: "Allow", Action: "kinesis:PutRecords", Resource: String(stream.outputs["arn"]) };
  const writer = await engine.create("aws:iam/policy:Policy", {
    name: "telemetry-writer",
    policy: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
  });
  return {
    network: { vpcId: vpc.id, vpcCidr: "10.0.0.0/16", privateSubnetIds: subnets.map(({ id }) => id) },
    telemetry: {
      streamName: "telemetry",
      streamArn: String(stream.outputs["arn"]),
      writerPolicyArn: String(writer.outputs["arn"]),
    },
  };
}

const DEPLOYMENT = "aws:appconfig/deployment:Deployment";
const VERSION = "aws:appconfig/hostedConfigurationVersion:HostedConfigurationVersion";

lifecycle({
  blueprint: "event-service",
  needs,
  inputs: {},
  changes: [
    {
      name: "settings, tokens in place of credentials of the cloud, and the archive of handlers",
      inputs: {
        webOrigins: ["https://play.example.com"],
        throttle: { rate: 800, burst: 400 },
        workerConcurrency: 30,
        workerSeconds: 60,
        retryLimit: 8,
        archiveDays: 60,
        rollout: { minutes: 20, steps: 10, bakeMinutes: 30 },
        logRetentionDays: 90,
        deletionProtection: false,
        monthlyBudget: { amount: "900.00", currency: "USD" },
        alarmEmail: "oncall@example.com",
        tokens: { issuer: "https://id.example.com/", audiences: ["game"] },
        artefact: { bucket: "game-artefacts", key: "handlers.zip", version: "3sL4kqtJlcpXroDTDmJ" },
      },
      replaces: [],
    },
    {
      name: "toggles and kinds of game events, which are rolled out",
      inputs: {
        toggles: { startEvents: { on: false, fallback: false } },
        eventKinds: { "harvest-festival": festival },
      },
      replaces: [DEPLOYMENT, VERSION],
    },
    {
      name: "a store of several regions, which is another one",
      inputs: { scheduleStore: { homeRegion: "eu-west-1", replicaRegions: ["us-east-1"] } },
      replaces: ["aws:dynamodb/table:Table", "aws:lambda/eventSourceMapping:EventSourceMapping"],
    },
    {
      name: "the regions of the store, and containers in place of functions",
      inputs: {
        scheduleStore: { homeRegion: "eu-west-1", replicaRegions: ["us-east-1", "ap-south-1"] },
        workers: "containers",
        workerImage: image,
        workerTasks: { min: 2, max: 6, backlog: 20 },
      },
      replaces: [],
    },
    {
      name: "the image of the containers",
      inputs: { workerImage: `${image.slice(0, -1)}b`, workerTasks: { min: 3, max: 9, backlog: 40 } },
      replaces: ["aws:ecs/taskDefinition:TaskDefinition"],
    },
  ],
  production: {
    tokens: { issuer: "https://id.example.com/", audiences: ["game"] },
    eventKinds: { "harvest-festival": festival },
    scheduleStore: { homeRegion: "eu-west-1", replicaRegions: ["us-east-1"] },
    workers: "containers",
    workerImage: image,
    alarmEmail: "oncall@example.com",
  },
});
