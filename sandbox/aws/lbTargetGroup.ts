import type { Answering, ResourceModel } from "../model/model.ts";
import type { Problem, PropertyRule, Rules } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text, UNKNOWN, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { lb, lbName, resourceOf, TARGET_GROUP } from "./lbService.ts";
import { tagsRule } from "./tags.ts";

const WEB = ["HTTP", "HTTPS"];

/**
 * The SDK's documentation gives defaults that hold for some protocols only: these rules have none, and `answer` fills them in.
 * Limits: Elastic Load Balancing API reference, CreateTargetGroup.
 */
const healthCheck: PropertyRule = {
  kind: "object",
  computed: true,
  properties: {
    enabled: { kind: "boolean" },
    healthyThreshold: { kind: "number", min: 2, max: 10 },
    unhealthyThreshold: { kind: "number", min: 2, max: 10 },
    interval: { kind: "number", min: 5, max: 300 },
    timeout: { kind: "number", min: 2, max: 120 },
    path: { kind: "string", pattern: "^/", maxLength: 1024 },
    port: { kind: "string", check: (value) => (isPort(String(value)) ? undefined : "must be a port or traffic-port") },
    protocol: { kind: "string", enum: ["HTTP", "HTTPS", "TCP"] },
    matcher: { kind: "string", pattern: "^\\d{1,3}([-,]\\d{1,3})*$" },
  },
};

const inputs: Rules = {
  ...inputsOf(TARGET_GROUP, {
    name: lbName,
    vpcId: { ref: { type: "aws:ec2/vpc:Vpc", code: "ValidationError", holds: false } },
    deregistrationDelay: { min: 0, max: 3600 },
    slowStart: {
      check: (value) =>
        Number(value) === 0 || (Number(value) >= 30 && Number(value) <= 900)
          ? undefined
          : "must be 0, or from 30 to 900 seconds",
    },
    stickiness: {
      properties: {
        type: { enum: ["lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"] },
        cookieDuration: { min: 1, max: 604_800 },
      },
    },
    tags: tagsRule("ValidationError"),
  }),
  healthCheck,
  protocolVersion: { kind: "string", immutable: true, computed: true, enum: ["HTTP1", "HTTP2", "GRPC"] },
  // The SDK's documentation has these values in another spelling than the API.
  loadBalancingAlgorithmType: {
    kind: "string",
    computed: true,
    enum: ["round_robin", "least_outstanding_requests", "weighted_random"],
  },
  loadBalancingCrossZoneEnabled: {
    kind: "string",
    computed: true,
    enum: ["true", "false", "use_load_balancer_configuration"],
  },
};

export const targetGroup: ResourceModel = {
  type: TARGET_GROUP,
  service: lb,
  codes: { notFound: "TargetGroupNotFound" },
  inputs,
  autoname: { property: "name", maxLength: 32 },
  unique: [{ by: ["name"], code: "DuplicateTargetGroupName" }],
  check: (given) => [...wrongTargets(given), ...wrongHealthCheck(given)],
  id: ({ inputs: given, place, cloud }) =>
    arn("elasticloadbalancing", place, `targetgroup/${text(given, "name")}/${cloud.random.hex(16)}`),
  answer,
  keys: ["arn"],
  seconds: { create: 1, update: 1, delete: 1 },
};

function isPort(value: string): boolean {
  return value === "traffic-port" || (/^\d{1,5}$/.test(value) && Number(value) >= 1 && Number(value) <= 65_535);
}

/** Functions are called, not connected to; everything else has a port, a protocol and a network. */
function wrongTargets(given: Properties): readonly Problem[] {
  if (given["targetType"] === UNKNOWN) return [];
  const needed = ["port", "protocol", "vpcId"];
  if (given["targetType"] === "lambda") {
    return needed
      .filter((name) => given[name] !== undefined)
      .map((property) =>
        problem(`${property} cannot be specified for target groups with target type 'lambda'`, property),
      );
  }
  const missing = needed.filter((name) => given[name] === undefined);
  if (missing.length > 0) return missing.map((property) => problem(`a ${property} must be specified`, property));
  const protocol = text(given, "protocol") ?? "";
  if (given["targetType"] === "alb" && !["TCP", ""].includes(protocol)) {
    return [problem(`protocol '${protocol}' is not supported with target type 'alb': use TCP`, "protocol")];
  }
  if (given["protocolVersion"] === undefined || protocol === "" || WEB.includes(protocol)) return [];
  return [problem(`protocolVersion cannot be specified for protocol '${protocol}'`, "protocolVersion")];
}

function wrongHealthCheck(given: Properties): readonly Problem[] {
  const check = object(given, "healthCheck");
  const protocol = text(check, "protocol") ?? "HTTP";
  const { interval, timeout } = check;
  const tcp = protocol === "TCP" && check["protocol"] !== UNKNOWN;
  const problems: Problem[] = [];
  if (tcp && WEB.includes(text(given, "protocol") ?? "")) {
    problems.push(problem("Health check protocol 'TCP' must be one of 'HTTPS, HTTP'", "healthCheck.protocol"));
  }
  for (const name of ["path", "matcher"]) {
    if (!tcp || check[name] === undefined) continue;
    problems.push(problem(`${name} cannot be specified with health check protocol TCP`, `healthCheck.${name}`));
  }
  if (typeof interval === "number" && typeof timeout === "number" && timeout > interval) {
    const message = `Health check timeout '${timeout}' must be smaller than or equal to the interval '${interval}'`;
    problems.push(problem(message, "healthCheck.timeout"));
  }
  return problems;
}

function problem(message: string, property: string): Problem {
  return { code: "ValidationError", message, property };
}

/** Answers with what was given and the defaults of its protocol. Source of the defaults: CreateTargetGroup, and the provider's schema. */
function answer({ inputs: given, previous, draft }: Answering): Properties {
  const made = (name: string, make: (known: NonNullable<typeof draft>) => Value): Value =>
    previous?.[name] ?? (draft === undefined ? UNKNOWN : make(draft));
  const web = WEB.includes(text(given, "protocol") ?? "");
  return {
    namePrefix: "",
    deregistrationDelay: 300,
    slowStart: 0,
    ipAddressType: "ipv4",
    loadBalancingAlgorithmType: web ? "round_robin" : "",
    loadBalancingCrossZoneEnabled: "use_load_balancer_configuration",
    preserveClientIp: web ? "" : "true",
    protocolVersion: web ? "HTTP1" : "",
    region: made("region", ({ place }) => place.region),
    ...given,
    healthCheck: filledHealthCheck(given, web),
    stickiness: {
      enabled: given["stickiness"] !== undefined,
      type: web ? "lb_cookie" : "source_ip",
      cookieDuration: web ? 86_400 : 0,
      cookieName: "",
      ...object(given, "stickiness"),
    },
    targetGroupHealth: given["targetGroupHealth"] ?? {
      dnsFailover: { minimumHealthyTargetsCount: "1", minimumHealthyTargetsPercentage: "off" },
      unhealthyStateRouting: { minimumHealthyTargetsCount: 1, minimumHealthyTargetsPercentage: "off" },
    },
    targetFailovers: given["targetFailovers"] ?? [],
    targetHealthStates: given["targetHealthStates"] ?? [],
    arn: made("arn", ({ id }) => id),
    arnSuffix: made("arnSuffix", ({ id }) => resourceOf(id)),
    // As of its making: no balancer is before it then.
    loadBalancerArns: made("loadBalancerArns", () => []),
  };
}

function filledHealthCheck(given: Properties, web: boolean): Properties {
  const check = object(given, "healthCheck");
  const protocol = check["protocol"] ?? (web || given["healthCheck"] !== undefined ? "HTTP" : "TCP");
  const tcp = protocol === "TCP";
  return {
    enabled: true,
    healthyThreshold: 3,
    unhealthyThreshold: 3,
    interval: 30,
    timeout: web ? 5 : tcp ? 10 : 6,
    path: tcp ? "" : "/",
    port: "traffic-port",
    matcher: tcp ? "" : given["protocolVersion"] === "GRPC" ? "12" : web ? "200" : "200-399",
    ...check,
    protocol,
  };
}
