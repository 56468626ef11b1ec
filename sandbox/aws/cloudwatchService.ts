import type { Draft, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { texts } from "../model/values.ts";
import { TOPIC } from "./sns.ts";

export const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** Source of the codes: Amazon CloudWatch API reference, "Common errors" and the errors of each action. */
export const cloudwatch: Service = {
  name: "cloudwatch",
  codes: {
    missing: "ValidationError",
    invalid: "ValidationError",
    notFound: "ResourceNotFound",
    inUse: "ResourceConflict",
    throttled: "Throttling",
  },
};

const ACTIONS = ["alarmActions", "okActions", "insufficientDataActions"];
/** What an alarm does when its state changes. */
export const actionsRule: PropertyRule = {
  unordered: true,
  maxItems: 5,
  items: { check: (value) => (/^arn:aws[a-z-]*:[a-z0-9-]+:/.test(String(value)) ? undefined : "must be an ARN") },
};

/** Alarms speak on topics of their own region. What another account has cannot be seen from here. */
export function deafAction({ inputs, place, cloud }: Draft): Problem | undefined {
  for (const property of ACTIONS) {
    for (const action of texts(inputs[property])) {
      const [, , service, region, account] = action.split(":");
      if (service !== "sns") continue;
      if (region !== place.region) {
        const message = `Invalid region ${region} specified. Only ${place.region} is supported.`;
        return { code: "ValidationError", message, property };
      }
      if (account === place.account && cloud.find(TOPIC, action) === undefined) {
        return { code: "ValidationError", message: `the topic '${action}' does not exist`, property };
      }
    }
  }
  return undefined;
}
