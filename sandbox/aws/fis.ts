import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { GROUP } from "./cloudwatchLogsService.ts";
import { actionFault } from "./fisActions.ts";
import { tagsRule } from "./tags.ts";

const TEMPLATE = "aws:fis/experimentTemplate:ExperimentTemplate";
const INVALID = "ValidationException";
const ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** Source of the codes: AWS Fault Injection Service API reference, the errors of CreateExperimentTemplate. */
const fis: Service = {
  name: "fis",
  codes: {
    missing: INVALID,
    invalid: INVALID,
    notFound: "ResourceNotFoundException",
    inUse: "ConflictException",
    throttled: "ThrottlingException",
  },
};

/** Source of both: AWS FIS user guide, "Quotas". */
const MOST_ACTIONS = 20;
const MOST_STOP_CONDITIONS = 5;

const selectionMode: PropertyRule = {
  check: (value) =>
    /^(ALL|COUNT\([1-9]\d*\)|PERCENT\(([1-9]\d?|100)\))$/.test(String(value))
      ? undefined
      : `must be ALL, COUNT(n) or PERCENT(n), not '${String(value)}'`,
};

const template: ResourceModel = {
  type: TEMPLATE,
  service: fis,
  inputs: inputsOf(TEMPLATE, {
    roleArn: { ref: { type: "aws:iam/role:Role", by: "arn", code: "ResourceNotFoundException", holds: false } },
    actions: { unordered: true, minItems: 1, maxItems: MOST_ACTIONS },
    stopConditions: { unordered: true, minItems: 1, maxItems: MOST_STOP_CONDITIONS },
    targets: {
      unordered: true,
      items: { properties: { selectionMode, resourceTags: { unordered: true, maxItems: 50 } } },
    },
    logConfiguration: { properties: { logSchemaVersion: { enum: [1, 2] } } },
    tags: tagsRule(INVALID),
  }),
  check: (inputs) => [...targetProblems(inputs), ...actionProblems(inputs), ...stopProblems(inputs)],
  refuse: (draft) => missingAlarm(draft) ?? missingLogGroup(draft),
  id: ({ cloud }) => `EXT${cloud.random.hex(17)}`,
  outputs: {
    arn: ({ id, place }) => arn("fis", place, `experiment-template/${id}`),
    experimentOptions: () => ({ accountTargeting: "single-account", emptyTargetResolutionMode: "fail" }),
  },
  keys: ["arn"],
  seconds: { create: 1, update: 1, delete: 1 },
};

function invalid(message: string, property: string): Problem {
  return { code: INVALID, message, property };
}

const itemsOf = (inputs: Properties, name: string) => list(inputs, name).filter(isProperties);

/** A target is found by ARNs, or by tags and parameters, never by both. Source: AWS FIS user guide, "Targets". */
function targetProblems(inputs: Properties): readonly Problem[] {
  const used = itemsOf(inputs, "actions").map((action) => text(object(action, "target"), "value"));
  return itemsOf(inputs, "targets").flatMap((target, i) => {
    const byArn = target["resourceArns"] !== undefined;
    const bySigns = target["resourceTags"] !== undefined || target["parameters"] !== undefined;
    const name = text(target, "name");
    if (byArn && bySigns) return [invalid(`target ${name} has resource ARNs and tags: give one`, `targets[${i}]`)];
    if (!byArn && !bySigns) return [invalid(`target ${name} needs resource ARNs or tags`, `targets[${i}]`)];
    if (name === undefined || used.includes(name)) return [];
    return [invalid(`target ${name} is not used by an action`, `targets[${i}]`)];
  });
}

function actionProblems(inputs: Properties): readonly Problem[] {
  const actions = itemsOf(inputs, "actions");
  const names = actions.map((action) => text(action, "name"));
  const targets = new Map(itemsOf(inputs, "targets").map((target) => [text(target, "name"), target]));
  return actions.flatMap((action, i) => {
    const after = list(action, "startAfters").find((name) => typeof name === "string" && !names.includes(name));
    if (names.indexOf(names[i]) !== i) return [invalid(`two actions are called ${names[i]}`, `actions[${i}].name`)];
    if (after !== undefined) return [invalid(`there is no action ${String(after)}`, `actions[${i}].startAfters`)];
    const fault = actionFault(action, targets.get(text(object(action, "target"), "value")));
    return fault === undefined ? [] : [invalid(fault, `actions[${i}]`)];
  });
}

function stopProblems(inputs: Properties): readonly Problem[] {
  return itemsOf(inputs, "stopConditions").flatMap((condition, i) => {
    const source = text(condition, "source");
    const at = `stopConditions[${i}]`;
    if (source === "none" || source === undefined) {
      return condition["value"] === undefined ? [] : [invalid("a value is given without an alarm", at)];
    }
    if (source !== "aws:cloudwatch:alarm") return [invalid(`there is no source '${source}'`, at)];
    return condition["value"] === undefined ? [invalid("the ARN of an alarm must be given", at)] : [];
  });
}

/** Experiments are stopped by alarms of their own account and region. */
function missingAlarm({ inputs, place, cloud }: Draft): Problem | undefined {
  for (const [i, condition] of itemsOf(inputs, "stopConditions").entries()) {
    const alarm = text(condition, "value");
    if (alarm === undefined) continue;
    const [, , , region, account] = alarm.split(":");
    const here = region === place.region && account === place.account;
    if (here && cloud.find(ALARM, alarm, "arn") !== undefined) continue;
    return invalid(`the alarm '${alarm}' does not exist in ${place.region}`, `stopConditions[${i}].value`);
  }
  return undefined;
}

function missingLogGroup({ inputs, cloud }: Draft): Problem | undefined {
  const group = text(object(object(inputs, "logConfiguration"), "cloudwatchLogsConfiguration"), "logGroupArn");
  if (group === undefined) return undefined;
  const problem = (message: string) => invalid(message, "logConfiguration.cloudwatchLogsConfiguration.logGroupArn");
  if (!group.endsWith(":*")) return problem(`the log group's ARN must end with ':*', not '${group}'`);
  if (cloud.find(GROUP, group.slice(0, -2), "arn") !== undefined) return undefined;
  return problem(`the log group '${group}' does not exist`);
}

/** AWS Fault Injection Service. */
export const fisModels: readonly ResourceModel[] = [template];
