import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { ALARM, actionsRule, cloudwatch, deafAction } from "./cloudwatchService.ts";
import { tagsRule } from "./tags.ts";

const COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** Source: CloudWatch API reference, PutCompositeAlarm: a rule may speak of a hundred alarms. */
const MOST_CHILDREN = 100;
const STATE = /\b(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*("([^"]*)"|'([^']*)'|([^\s)]+))\s*\)/g;

/** The names of the alarms that a rule speaks of, given by name or ARN. */
function childrenOf(rule: string): readonly string[] {
  const named = [...rule.matchAll(STATE)].map(([, , , double, single, bare]) => double ?? single ?? bare ?? "");
  return [...new Set(named.map((name) => name.replace(/^arn:[^:]+:cloudwatch:[^:]*:\d{12}:alarm:/, "")))];
}

export const compositeAlarm: ResourceModel = {
  type: COMPOSITE,
  service: cloudwatch,
  inputs: inputsOf(COMPOSITE, {
    alarmActions: actionsRule,
    okActions: actionsRule,
    insufficientDataActions: actionsRule,
    actionsEnabled: { immutable: true },
    tags: tagsRule("ValidationError"),
  }),
  check: wrongRule,
  refuse: (draft) => missingChild(draft) ?? deafAction(draft),
  refuseDelete: dependingComposite,
  id: ({ inputs }) => text(inputs, "alarmName") ?? "",
  outputs: { arn: ({ id, place }) => arn("cloudwatch", place, `alarm:${id}`) },
  keys: ["arn"],
  seconds: { create: 1, delete: 1 },
};

/** The grammar: states of alarms, TRUE, FALSE, joined by AND, OR, NOT and parentheses. */
function wrongRule(inputs: Properties): readonly Problem[] {
  const rule = text(inputs, "alarmRule");
  if (rule === undefined) return [];
  const refuse = (message: string) => [{ code: "ValidationError", message, property: "alarmRule" }];
  const count = childrenOf(rule).length;
  if (count > MOST_CHILDREN)
    return refuse(`AlarmRule must not contain more than ${MOST_CHILDREN} alarms, not ${count}`);
  const reduced = reduce(rule.replace(STATE, " X ").replace(/\b(TRUE|FALSE)\b/g, " X "));
  if (reduced === "X") return [];
  return refuse(`Error in AlarmRule [Unsupported token near '${reduced.slice(0, 40)}']`);
}

/** A rule is right when it comes down to one value. */
function reduce(expression: string): string {
  const flat = expression.trim().replace(/\s+/g, " ");
  const next = flat
    .replace(/\(\s*X\s*\)/g, "X")
    .replace(/\bNOT\s*X\b/g, "X")
    .replace(/\bX\s+(AND|OR)\s+X\b/g, "X");
  return next === flat ? flat : reduce(next);
}

function missingChild({ inputs, cloud }: Draft): Problem | undefined {
  const missing = childrenOf(text(inputs, "alarmRule") ?? "").filter(
    (name) => cloud.find(ALARM, name) === undefined && cloud.find(COMPOSITE, name) === undefined,
  );
  const suppressor = text(object(inputs, "actionsSuppressor"), "alarm")?.split(":alarm:").at(-1);
  if (suppressor !== undefined && cloud.find(ALARM, suppressor) === undefined) missing.push(suppressor);
  if (missing.length === 0) return undefined;
  const message = `Could not save the composite alarm as alarms [${missing.join(", ")}] in the alarm rule do not exist`;
  return { code: "ValidationError", message, property: "alarmRule" };
}

/** An alarm stays while a composite alarm looks at it. */
export function dependingComposite({ id }: Resource, cloud: CloudView): Problem | undefined {
  const depends = ({ id: other, outputs }: Resource): boolean =>
    other !== id && childrenOf(text(outputs, "alarmRule") ?? "").includes(id);
  if (!cloud.all(COMPOSITE).some(depends)) return undefined;
  return { code: "ValidationError", message: `Cannot delete ${id} as there are composite alarm(s) depending on it.` };
}
