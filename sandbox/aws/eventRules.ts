import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { BUS, DEFAULT_BUS, events, isEventPattern, RULE, TARGET, VALIDATION } from "./eventsService.ts";
import { serviceMayAssume } from "./iamRights.ts";
import { findFunction } from "./lambdaService.ts";
import { QUEUE } from "./sqs.ts";
import { tagsRule } from "./tags.ts";

/** Targets of one rule. Source: Amazon EventBridge user guide, "Quotas". */
const TARGETS_PER_RULE = 5;

export const eventRule: ResourceModel = {
  type: RULE,
  service: events,
  inputs: inputsOf(RULE, {
    eventBusName: { immutable: true, default: DEFAULT_BUS },
    eventPattern: { json: true, code: "InvalidEventPatternException", check: isEventPattern },
    tags: tagsRule(VALIDATION),
  }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["eventBusName", "name"], code: "ResourceAlreadyExistsException" }],
  check: wrongTrigger,
  refuse: missingBus,
  refuseDelete: ({ outputs }, cloud) =>
    targetsOf(outputs, text(outputs, "name") ?? "", cloud).length > 0
      ? { code: VALIDATION, message: "Rule can't be deleted since it has targets." }
      : undefined,
  id: ({ inputs }) => {
    const [onBus, name] = [busOf(inputs), text(inputs, "name") ?? ""];
    return onBus === DEFAULT_BUS ? name : `${onBus}/${name}`;
  },
  outputs: {
    arn: ({ id, place }) => arn("events", place, `rule/${id}`),
    namePrefix: () => "",
  },
  keys: ["arn"],
  seconds: { create: 1, update: 1, delete: 1 },
};

function wrongTrigger(inputs: Properties): readonly Problem[] {
  const problem = (message: string, property: string): Problem => ({ code: VALIDATION, message, property });
  const { eventPattern, scheduleExpression } = inputs;
  if (eventPattern === undefined && scheduleExpression === undefined) {
    return [problem("Parameter(s) EventPattern or ScheduleExpression must be specified.", "eventPattern")];
  }
  if (scheduleExpression === undefined || (text(inputs, "eventBusName") ?? DEFAULT_BUS) === DEFAULT_BUS) return [];
  return [problem("ScheduleExpression is supported only on the default event bus.", "scheduleExpression")];
}

function missingBus({ inputs, cloud }: Draft): Problem | undefined {
  const name = busOf(inputs);
  if (name === DEFAULT_BUS || cloud.find(BUS, name) !== undefined) return undefined;
  const message = `Event bus ${name} does not exist.`;
  return { code: "ResourceNotFoundException", message, property: "eventBusName" };
}

export const eventTarget: ResourceModel = {
  type: TARGET,
  service: events,
  inputs: inputsOf(TARGET, {
    eventBusName: { immutable: true, default: DEFAULT_BUS },
    rule: { immutable: true, minLength: 1, maxLength: 64 },
    targetId: { immutable: true, minLength: 1, maxLength: 64, pattern: "^[.\\-_A-Za-z0-9]+$" },
    arn: { minLength: 1, maxLength: 1600, pattern: "^arn:" },
    input: { json: true, maxLength: 8192 },
    deadLetterConfig: {
      properties: { arn: { ref: { type: QUEUE, by: "arn", code: "ResourceNotFoundException", holds: false } } },
    },
    retryPolicy: {
      properties: {
        maximumEventAgeInSeconds: { min: 60, max: 86_400 },
        maximumRetryAttempts: { min: 0, max: 185 },
      },
    },
  }),
  autoname: { property: "targetId", maxLength: 64 },
  unique: [{ by: ["eventBusName", "rule", "targetId"], code: "ResourceAlreadyExistsException" }],
  check: (inputs) => {
    const ways = ["input", "inputPath", "inputTransformer"].filter((name) => inputs[name] !== undefined);
    if (ways.length < 2) return [];
    return [{ code: VALIDATION, message: `only one of ${ways.join(", ")} may be given`, property: ways[0] ?? "input" }];
  },
  refuse: (draft) => missingRule(draft) ?? missingTarget(draft) ?? untrustingRole(draft),
  id: ({ inputs }) => [busOf(inputs), text(inputs, "rule"), text(inputs, "targetId")].join("-"),
  seconds: { create: 1, update: 1, delete: 1 },
};

function missingRule({ id, inputs, cloud }: Draft): Problem | undefined {
  const [onBus, name] = [busOf(inputs), text(inputs, "rule") ?? ""];
  if (cloud.find(RULE, onBus === DEFAULT_BUS ? name : `${onBus}/${name}`) === undefined) {
    const message = `Rule ${name} does not exist on EventBus ${onBus}.`;
    return { code: "ResourceNotFoundException", message, property: "rule" };
  }
  if (id !== "" || targetsOf(inputs, name, cloud).length < TARGETS_PER_RULE) return undefined;
  const message = `The requested resource exceeds the maximum number allowed: ${TARGETS_PER_RULE} targets a rule`;
  return { code: "LimitExceededException", message, property: "rule" };
}

/** EventBridge takes the ARN of anything and fails to deliver; what is plainly not there is refused here, so that it is seen. */
function missingTarget({ inputs, place, cloud }: Draft): Problem | undefined {
  const target = text(inputs, "arn") ?? "";
  if (!target.includes(`:${place.region}:${place.account}:`)) return undefined;
  const lost =
    (target.includes(":sqs:") && cloud.find(QUEUE, target, "arn") === undefined) ||
    (target.includes(":lambda:") && findFunction(target, cloud) === undefined) ||
    (target.includes(":event-bus/") && cloud.find(BUS, target, "arn") === undefined);
  if (!lost) return undefined;
  return { code: "ResourceNotFoundException", message: `The target ${target} does not exist`, property: "arn" };
}

function untrustingRole({ inputs, place, cloud }: Draft): Problem | undefined {
  const role = text(inputs, "roleArn");
  if (role === undefined || serviceMayAssume(role, "events.amazonaws.com", place.account, cloud)) return undefined;
  const message = `RoleArn ${role} cannot be assumed by principal 'events.amazonaws.com'`;
  return { code: VALIDATION, message, property: "roleArn" };
}

/** A bus may be named or given as an ARN. */
function busOf(inputs: Properties): string {
  return (text(inputs, "eventBusName") ?? DEFAULT_BUS).replace(/^arn:.*:event-bus\//, "");
}

function targetsOf(on: Properties, rule: string, cloud: CloudView) {
  return cloud.all(TARGET).filter(({ outputs }) => busOf(outputs) === busOf(on) && outputs["rule"] === rule);
}
