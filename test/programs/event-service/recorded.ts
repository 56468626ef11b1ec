import { development, type RecordedStack, recordBlueprint } from "../recordedStack.ts";
import { festival } from "./kinds.ts";

export const blueprint = "event-service";
export const image = `registry.example.com/game/worker@sha256:${"a".repeat(64)}`;
export const network = {
  vpcId: "vpc-0a1b2c3d",
  vpcCidr: "10.0.0.0/16",
  privateSubnetIds: ["subnet-0a1b2c3d", "subnet-0a1b2c3e"],
};
export const containers = { workers: "containers", workerImage: image, network };
export const tokens = { issuer: "https://id.example.com/", audiences: ["game"] };
export const telemetry = {
  streamName: "telemetry",
  streamArn: "arn:aws:kinesis:eu-west-1:123456789012:stream/telemetry",
  writerPolicyArn: "arn:aws:iam::123456789012:policy/telemetry-writer",
};
export const everything = { ...containers, tokens, telemetry, eventKinds: { "harvest-festival": festival } };

export const record = (inputs: unknown = {}, placement = development) =>
  recordBlueprint({ blueprint, inputs, placement });
export const named = (stack: RecordedStack, type: string) =>
  stack.resources.filter((resource) => resource.type === type);
export const inputsOf = (stack: RecordedStack, type: string) => named(stack, type).map(({ inputs }) => inputs);
export const key = "arn:aws:mock:encryption-key";

export interface Statement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly Condition?: unknown;
}
export const statementsOf = (document: unknown): readonly Statement[] => JSON.parse(String(document)).Statement;
