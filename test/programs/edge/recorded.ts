import { expect } from "vitest";
import { production, type RecordedResource, type RecordedStack, recordBlueprint } from "../recordedStack.ts";
import { inventedOrigin } from "./origins.ts";

export const blueprint = "edge";
export const domain = { name: "play.example.com", hostedZoneId: "Z0123456789ABCDEF" };
export const certificateArn = "arn:aws:acm:us-east-1:210987654321:certificate/0a1b";
export const whole = {
  origins: [inventedOrigin("eu-west-1"), { ...inventedOrigin("us-west-2"), weight: 50, healthPath: "/healthz" }],
  domain,
  switches: "inverted-health-checks",
  switchRegion: "eu-central-1",
  cdn: { certificateArn, allowedCountries: ["US", "DE"] },
  alarmEmail: "oncall@example.com",
};

export const record = (inputs: unknown = whole, placement = production) =>
  recordBlueprint({ blueprint, inputs, placement });

export function ofType({ resources }: RecordedStack, type: string): readonly RecordedResource[] {
  return resources.filter((resource) => resource.type === type);
}

export function only(stack: RecordedStack, type: string, part = ""): RecordedResource["inputs"] {
  const found = ofType(stack, type).filter(({ name }) => name.includes(part));
  expect([type, found.length]).toEqual([type, 1]);
  return found[0]?.inputs ?? {};
}

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
  readonly Condition: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

export function statements(inputs: RecordedResource["inputs"]): readonly Statement[] {
  return JSON.parse(String(inputs["policy"])).Statement;
}
