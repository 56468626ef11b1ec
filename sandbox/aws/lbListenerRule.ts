import type { Draft, ResourceModel } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, type Properties, text, UNKNOWN } from "../model/values.ts";
import { isCidr6, parseCidr } from "./cidr.ts";
import { actions, unfitActions, wrongActions } from "./lbActions.ts";
import { BALANCER, LISTENER, LISTENER_RULE, lb } from "./lbService.ts";
import { tagsRule } from "./tags.ts";

const CONDITIONS = ["hostHeader", "httpHeader", "httpRequestMethod", "pathPattern", "queryStrings", "sourceIp"];
/** Source: Elastic Load Balancing, "Quotas for your Application Load Balancers". */
const MOST_VALUES = 5;

function values(pattern: string, maxLength = 128): PropertyRule {
  return { unordered: true, items: { minLength: 1, maxLength, pattern } };
}

/** Source of lengths and characters: Elastic Load Balancing user guide, "Condition types for listener rules". */
const condition: PropertyRule = {
  properties: {
    hostHeader: { properties: { values: values("^[A-Za-z0-9.*?-]+$") } },
    httpHeader: {
      properties: {
        httpHeaderName: { minLength: 1, maxLength: 40, pattern: "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$" },
        values: values("^[\\x20-\\x7e]+$"),
      },
    },
    httpRequestMethod: { properties: { values: values("^[A-Z_-]+$", 40) } },
    pathPattern: { properties: { values: values("^[A-Za-z0-9_.$/~\"'@:+&*?-]+$") } },
    sourceIp: {
      properties: {
        values: {
          unordered: true,
          items: {
            check: (value) =>
              parseCidr(String(value)) === undefined && !isCidr6(String(value))
                ? `must be a block of addresses such as 203.0.113.0/24, not '${String(value)}'`
                : undefined,
          },
        },
      },
    },
  },
};

export const listenerRule: ResourceModel = {
  type: LISTENER_RULE,
  service: lb,
  codes: { notFound: "RuleNotFound" },
  inputs: inputsOf(LISTENER_RULE, {
    listenerArn: { ref: { type: LISTENER, by: "arn", code: "ListenerNotFound", holds: false } },
    actions,
    conditions: { minItems: 1, items: condition },
    tags: tagsRule("ValidationError"),
  }),
  unique: [{ by: ["listenerArn", "priority"], code: "PriorityInUse" }],
  check: (inputs) => [...wrongConditions(inputs), ...wrongActions(inputs, "actions")],
  refuse: unfit,
  id: ({ inputs, cloud }) =>
    `${(text(inputs, "listenerArn") ?? "").replace(":listener/", ":listener-rule/")}/${cloud.random.hex(16)}`,
  outputs: {
    arn: ({ id }) => id,
    priority: ({ inputs, cloud }) => 1 + Math.max(0, ...prioritiesOf(inputs, cloud)),
  },
  keys: ["arn"],
  seconds: { create: 1, update: 1, delete: 1 },
};

function prioritiesOf(inputs: Properties, cloud: Draft["cloud"]): readonly number[] {
  const siblings = cloud.all(LISTENER_RULE).filter(({ outputs }) => outputs["listenerArn"] === inputs["listenerArn"]);
  return siblings.map(({ outputs }) => Number(outputs["priority"]));
}

function wrongConditions(inputs: Properties): readonly Problem[] {
  const conditions = list(inputs, "conditions").filter(isProperties);
  const refuse = (message: string, property: string): Problem => ({ code: "ValidationError", message, property });
  const blurred = conditions.flatMap((each, i) => {
    const given = CONDITIONS.filter((name) => each[name] !== undefined);
    if (given.length === 1) return [];
    return [refuse(`a condition must have exactly one of ${CONDITIONS.join(", ")}`, `conditions[${i}]`)];
  });
  const count = conditions.reduce((sum, each) => sum + valuesOf(each), 0);
  if (count <= MOST_VALUES) return blurred;
  return [...blurred, refuse(`A rule can only have '${MOST_VALUES}' condition values`, "conditions")];
}

function valuesOf(each: Properties): number {
  if (each["queryStrings"] === UNKNOWN) return 0;
  const texts = CONDITIONS.flatMap((name) =>
    ["values", "regexValues"].flatMap((kind) => list(object(each, name), kind)),
  );
  return texts.length + list(each, "queryStrings").length;
}

function unfit({ inputs, cloud }: Draft): Problem | undefined {
  const listener = cloud.find(LISTENER, text(inputs, "listenerArn") ?? "")?.outputs ?? {};
  const balancer = cloud.find(BALANCER, text(listener, "loadBalancerArn") ?? "");
  const type = balancer === undefined ? undefined : text(balancer.outputs, "loadBalancerType");
  if (type !== undefined && type !== "application") {
    return {
      code: "ValidationError",
      message: `listeners of a balancer of type '${type}' have no rules`,
      property: "listenerArn",
    };
  }
  return unfitActions(list(inputs, "actions"), { balancer, protocol: text(listener, "protocol") }, cloud);
}
