import type { ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { list, type Properties, text, UNKNOWN } from "../model/values.ts";
import { CONTROL } from "./route53recoverycontrol.ts";
import { route53 } from "./route53Service.ts";
import { tagsRule } from "./tags.ts";

export const HEALTH_CHECK = "aws:route53/healthCheck:HealthCheck";
const INVALID = "InvalidInput";

const ENDPOINTS = ["HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP"];
/** What each type that asks no endpoint needs. Source: Amazon Route 53 API reference, "HealthCheckConfig". */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  CALCULATED: ["childHealthchecks", "childHealthThreshold"],
  CLOUDWATCH_METRIC: ["cloudwatchAlarmName", "cloudwatchAlarmRegion", "insufficientDataHealthStatus"],
  RECOVERY_CONTROL: ["routingControlArn"],
};

export const healthCheck: ResourceModel = {
  type: HEALTH_CHECK,
  service: route53,
  scope: "account",
  inputs: inputsOf(HEALTH_CHECK, {
    type: { immutable: true, enum: [...ENDPOINTS, ...Object.keys(NEEDS)] },
    requestInterval: { immutable: true, enum: [10, 30] },
    measureLatency: { immutable: true, default: false },
    referenceName: { immutable: true, maxLength: 27 },
    routingControlArn: { immutable: true, ref: { type: CONTROL, by: "arn", code: INVALID } },
    failureThreshold: { min: 1, max: 10 },
    childHealthThreshold: { min: 0, max: 256 },
    childHealthchecks: {
      unordered: true,
      maxItems: 256,
      items: { ref: { type: HEALTH_CHECK, code: INVALID, holds: false } },
    },
    insufficientDataHealthStatus: { enum: ["Healthy", "Unhealthy", "LastKnownStatus"] },
    disabled: { default: false },
    invertHealthcheck: { default: false },
    port: { min: 1, max: 65_535 },
    resourcePath: { maxLength: 255 },
    searchString: { maxLength: 255 },
    regions: { unordered: true },
    tags: tagsRule(INVALID),
  }),
  check: wrongParts,
  id: ({ cloud }) => cloud.random.uuid(),
  outputs: {
    arn: ({ id }) => `arn:aws:route53:::healthcheck/${id}`,
    failureThreshold: ({ inputs }) => (ENDPOINTS.includes(text(inputs, "type") ?? "") ? 3 : 0),
    regions: () => [],
    triggers: () => ({}),
  },
  keys: ["arn"],
  seconds: { create: 2, update: 2, delete: 2 },
};

function wrongParts(inputs: Properties): readonly Problem[] {
  const type = text(inputs, "type") ?? "";
  const problem = (message: string, property: string): readonly Problem[] => [{ code: INVALID, message, property }];
  if (ENDPOINTS.includes(type)) {
    if (inputs["fqdn"] === undefined && inputs["ipAddress"] === undefined) {
      return problem(`a health check of type ${type} needs a fqdn or an ipAddress`, "fqdn");
    }
    if (type === "TCP" && inputs["port"] === undefined) return problem("a TCP check needs a port", "port");
    if (type !== "TCP" || inputs["resourcePath"] === undefined) return [];
    return problem("a TCP check asks for no path", "resourcePath");
  }
  const missing = NEEDS[type]?.find((name) => inputs[name] === undefined);
  if (missing !== undefined) return problem(`a health check of type ${type} needs ${missing}`, missing);
  const children = list(inputs, "childHealthchecks");
  const threshold = inputs["childHealthThreshold"];
  if (type !== "CALCULATED" || children.includes(UNKNOWN) || threshold === UNKNOWN) return [];
  const endless = Number(threshold) > children.length;
  return endless
    ? problem(`a threshold of ${Number(threshold)} is above the ${children.length} children`, "childHealthThreshold")
    : [];
}
