import type { CloudView } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem, PropertyRule, Rules } from "../model/rule.ts";
import { isList, isProperties, list, object, type Properties, text, UNKNOWN, type Value } from "../model/values.ts";
import { LISTENER, LISTENER_RULE, TARGET_GROUP } from "./lbService.ts";

const toGroup: PropertyRule = { ref: { type: TARGET_GROUP, by: "arn", code: "TargetGroupNotFound" } };

/** Limits of actions. Source: Elastic Load Balancing API reference, "Action" and the types it names. */
const action: Rules = {
  targetGroupArn: toGroup,
  forward: {
    properties: {
      targetGroups: {
        unordered: true,
        minItems: 1,
        maxItems: 5,
        items: { properties: { arn: toGroup, weight: { default: 1, min: 0, max: 999 } } },
      },
      stickiness: { properties: { duration: { min: 1, max: 604_800 } } },
    },
  },
  redirect: {
    properties: {
      statusCode: { enum: ["HTTP_301", "HTTP_302"] },
      protocol: { enum: ["HTTP", "HTTPS", "#{protocol}"] },
      port: { pattern: "^(#\\{port\\}|\\d{1,5})$" },
      host: { maxLength: 128 },
      path: { maxLength: 128, pattern: "^/" },
      query: { maxLength: 128 },
    },
  },
  fixedResponse: {
    properties: {
      contentType: { enum: ["text/plain", "text/css", "text/html", "application/javascript", "application/json"] },
      messageBody: { maxLength: 1024 },
      statusCode: { pattern: "^[245]\\d\\d$" },
    },
  },
};

/** The overlay of a list of actions, whose order counts. */
export const actions: PropertyRule = { unordered: false, minItems: 1, items: { properties: action } };

const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  forward: ["forward", "targetGroupArn"],
  redirect: ["redirect"],
  "fixed-response": ["fixedResponse"],
  "authenticate-cognito": ["authenticateCognito"],
  "authenticate-oidc": ["authenticateOidc"],
  "jwt-validation": ["jwtValidation"],
};
const FINAL = ["forward", "redirect", "fixed-response"];

/** What is wrong with the actions under `property` by themselves. */
export function wrongActions(inputs: Properties, property: string): readonly Problem[] {
  const given = list(inputs, property);
  return [
    ...given.flatMap((each, i) => (isProperties(each) ? wrongAction(each, `${property}[${i}]`) : [])),
    ...wrongEnd(given, property),
  ];
}

function wrongAction(each: Properties, property: string): readonly Problem[] {
  const type = text(each, "type") ?? "";
  const settings = SETTINGS[type] ?? [];
  if (settings.length > 0 && settings.every((name) => each[name] === undefined)) {
    return [invalid(`an action of type '${type}' needs ${settings.join(" or ")}`, property)];
  }
  if (type === "redirect" && loops(object(each, "redirect"))) {
    const message = "The redirect configuration is not valid because it creates a loop";
    return [{ code: "InvalidLoadBalancerAction", message, property }];
  }
  const groups = list(object(each, "forward"), "targetGroups").flatMap((group) =>
    isProperties(group) ? [group["arn"]] : [],
  );
  const known = groups.filter((arn) => typeof arn === "string");
  if (new Set(known).size === known.length) return [];
  return [invalid("target group ARNs must be unique within an action", property)];
}

function loops(redirect: Properties): boolean {
  const keeps = (name: string, same: string): boolean => (redirect[name] ?? same) === same;
  return (
    keeps("protocol", "#{protocol}") &&
    keeps("port", "#{port}") &&
    keeps("host", "#{host}") &&
    keeps("path", "/#{path}")
  );
}

function wrongEnd(given: readonly Value[], property: string): readonly Problem[] {
  if (given.length === 0 || !given.every(isProperties)) return [];
  const ordered = given.toSorted((a, b) => Number(a["order"] ?? 0) - Number(b["order"] ?? 0));
  const types = ordered.map((each) => each["type"]);
  if (types.includes(UNKNOWN)) return [];
  const ends = types.map((type) => FINAL.includes(String(type)));
  if (ends.at(-1) === true && ends.filter(Boolean).length === 1) return [];
  return [invalid(`the last action, and only that, must be one of ${FINAL.join(", ")}`, property)];
}

function invalid(message: string, property: string): Problem {
  return { code: "ValidationError", message, property };
}

/** The ARNs of all target groups that actions forward to. */
function forwardedTo(given: readonly Value[]): readonly string[] {
  return given.filter(isProperties).flatMap((each) => {
    const weighted = list(object(each, "forward"), "targetGroups").filter(isProperties);
    return [each["targetGroupArn"], ...weighted.map((group) => group["arn"])].filter((arn) => typeof arn === "string");
  });
}

/** What a target group may speak behind a listener. Source: user guide of network balancers, "Create a listener". */
const BEHIND: Readonly<Record<string, readonly string[]>> = {
  HTTP: ["HTTP", "HTTPS"],
  HTTPS: ["HTTP", "HTTPS"],
  TCP: ["TCP", "TCP_UDP", "TCP_QUIC"],
  TLS: ["TLS", "TCP"],
  UDP: ["UDP", "TCP_UDP"],
  TCP_UDP: ["TCP_UDP"],
  QUIC: ["QUIC", "TCP_QUIC"],
  TCP_QUIC: ["TCP_QUIC"],
};

/** Refuses actions that a balancer cannot take, by what stands behind it. */
export function unfitActions(
  given: readonly Value[],
  front: { readonly balancer: Resource | undefined; readonly protocol: string | undefined },
  cloud: CloudView,
): Problem | undefined {
  const { balancer, protocol } = front;
  if (balancer === undefined) return undefined;
  const type = text(balancer.outputs, "loadBalancerType");
  const strange = given.filter(isProperties).find((each) => type !== "application" && each["type"] !== "forward");
  if (strange !== undefined) {
    const message = `action '${String(strange["type"])}' is not supported by a balancer of type '${type}'`;
    return { code: "InvalidLoadBalancerAction", message };
  }
  for (const arn of forwardedTo(given)) {
    const group = cloud.find(TARGET_GROUP, arn, "arn")?.outputs;
    if (group === undefined || group["targetType"] === "lambda") continue;
    const behind = BEHIND[protocol ?? ""];
    if (behind !== undefined && !behind.includes(String(group["protocol"]))) {
      const message = `a listener of protocol '${protocol}' cannot forward to '${arn}' of protocol '${String(group["protocol"])}'`;
      return { code: "IncompatibleProtocols", message };
    }
    if (group["vpcId"] !== balancer.outputs["vpcId"]) {
      return { code: "InvalidConfigurationRequest", message: `'${arn}' is in another VPC than the load balancer` };
    }
    if (balancersOf(arn, cloud).some((other) => other !== balancer.id)) {
      const message = `The following target groups cannot be associated with more than one load balancer: ${arn}`;
      return { code: "TargetGroupAssociationLimit", message };
    }
  }
  return undefined;
}

/** The ARNs of the balancers that a target group stands behind. */
function balancersOf(group: string, cloud: CloudView): readonly Value[] {
  const forwards = (value: Value | undefined): boolean => isList(value) && forwardedTo(value).includes(group);
  const direct = cloud.all(LISTENER).filter(({ outputs }) => forwards(outputs["defaultActions"]));
  const byRule = cloud
    .all(LISTENER_RULE)
    .filter(({ outputs }) => forwards(outputs["actions"]))
    .map(({ outputs }) => cloud.find(LISTENER, text(outputs, "listenerArn") ?? ""));
  return [...direct, ...byRule].flatMap((listener) => listener?.outputs["loadBalancerArn"] ?? []);
}
