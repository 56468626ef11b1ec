import type { Service } from "../model/model.ts";
import { isList, isProperties, type Value } from "../model/values.ts";

export const BUS = "aws:cloudwatch/eventBus:EventBus";
export const RULE = "aws:cloudwatch/eventRule:EventRule";
export const TARGET = "aws:cloudwatch/eventTarget:EventTarget";
/** The bus that every account and region has. */
export const DEFAULT_BUS = "default";
export const VALIDATION = "ValidationException";

/** Source of the codes: Amazon EventBridge API reference, the errors of each action. */
export const events: Service = {
  name: "events",
  codes: {
    missing: VALIDATION,
    invalid: VALIDATION,
    notFound: "ResourceNotFoundException",
    inUse: VALIDATION,
    throttled: "ThrottlingException",
  },
};

/** What is wrong with an event pattern: an object whose leaves are lists. Source: Amazon EventBridge user guide, "Event patterns". */
export function isEventPattern(value: Value): string | undefined {
  try {
    const pattern: Value = JSON.parse(String(value));
    return isProperties(pattern) && isPattern(pattern) ? undefined : "is not valid. Reason: a field must be a list";
  } catch {
    return "is not valid. Reason: it is no JSON";
  }
}

function isPattern(pattern: Value): boolean {
  if (isList(pattern)) return pattern.length > 0;
  if (!isProperties(pattern)) return false;
  const fields = Object.entries(pattern);
  return fields.length > 0 && fields.every(([, inner]) => isPattern(inner));
}
