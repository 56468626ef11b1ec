import { expect } from "vitest";
import { type RecordedResource, type RecordedStack, recordBlueprint } from "../recordedStack.ts";
import { everything } from "./everything.ts";

export const blueprint = "observability";
export const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";
export const subscription = "aws:sns/topicSubscription:TopicSubscription";
export const canary = "aws:synthetics/canary:Canary";

export const all = () => recordBlueprint({ blueprint, inputs: everything });
export const smallest = () => recordBlueprint({ blueprint });

export function ofType({ resources }: RecordedStack, type: string): readonly RecordedResource[] {
  return resources.filter((resource) => resource.type === type);
}

export function named(stack: RecordedStack, type: string, name: string): RecordedResource["inputs"] {
  const found = ofType(stack, type).find((resource) => resource.name === name);
  expect(found, `${type} ${name}`).toBeDefined();
  return found?.inputs ?? {};
}

/** The titles of a dashboard's graphs, and all expressions in them. */
export function dashboard(stack: RecordedStack, name: string) {
  const { widgets } = JSON.parse(String(named(stack, "aws:cloudwatch/dashboard:Dashboard", name)["dashboardBody"]));
  const graphs: readonly { type: string; properties: { title: string; metrics?: readonly unknown[] } }[] = widgets;
  return {
    titles: graphs.map(({ properties }) => properties.title),
    text: (title: string) => JSON.stringify(graphs.find(({ properties }) => properties.title === title)),
  };
}
