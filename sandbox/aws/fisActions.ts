import { isProperties, list, object, type Properties, text } from "../model/values.ts";

interface Action {
  /** How the action calls its target, and what that must be. */
  readonly target?: readonly [key: string, resourceType: string];
  readonly required: readonly string[];
  readonly optional?: readonly string[];
}

/** Source: AWS FIS user guide, "Actions reference", those that blueprints use. Others are taken as they are given. */
const actions: Readonly<Record<string, Action>> = {
  "aws:fis:wait": { required: ["duration"] },
  "aws:ec2:terminate-instances": { target: ["Instances", "aws:ec2:instance"], required: [] },
  "aws:ec2:send-spot-instance-interruptions": {
    target: ["SpotInstances", "aws:ec2:spot-instance"],
    required: ["durationBeforeInterruption"],
  },
  "aws:ssm:send-command": {
    target: ["Instances", "aws:ec2:instance"],
    required: ["documentArn", "duration"],
    optional: ["documentVersion", "documentParameters"],
  },
  "aws:network:disrupt-connectivity": {
    target: ["Subnets", "aws:ec2:subnet"],
    required: ["duration", "scope"],
    optional: ["prefixListIdentifier"],
  },
  "aws:fis:inject-api-throttle-error": {
    target: ["Roles", "aws:iam:role"],
    required: ["duration", "service", "percentage", "operations"],
  },
  "aws:dynamodb:global-table-pause-replication": {
    target: ["Tables", "aws:dynamodb:global-table"],
    required: ["duration"],
  },
};

/** From a minute to twelve hours. */
const duration = /^PT(?:([1-9]|1[0-2])H|([1-9]\d{0,2})M)$/;
const MOST_MINUTES = 720;

/** What is wrong with an action and the target it names; nothing when it is right. */
export function actionFault(action: Properties, target: Properties | undefined): string | undefined {
  const id = text(action, "actionId") ?? "";
  if (!/^aws:[a-z0-9-]+:[a-z0-9-]+(\/[a-z0-9-]+)?$/.test(id)) return `'${id}' is no id of an action`;
  const known = actions[id];
  if (known === undefined) return undefined;
  return targetFault(id, known, { action, target }) ?? parameterFault(id, known, parametersOf(action));
}

function targetFault(
  id: string,
  known: Action,
  { action, target }: { readonly action: Properties; readonly target: Properties | undefined },
): string | undefined {
  const named = object(action, "target");
  if (known.target === undefined) return action["target"] === undefined ? undefined : `${id} takes no target`;
  const [key, type] = known.target;
  if (text(named, "key") !== key) return `${id} needs a target with the key ${key}`;
  if (target === undefined) return `there is no target ${text(named, "value")}`;
  const given = text(target, "resourceType");
  return given === type ? undefined : `${id} works on ${type}, not on ${given}`;
}

function parametersOf(action: Properties): ReadonlyMap<string | undefined, string | undefined> {
  return new Map(
    list(action, "parameters")
      .filter(isProperties)
      .map((each) => [text(each, "key"), text(each, "value")]),
  );
}

function parameterFault(
  id: string,
  { required, optional = [] }: Action,
  given: ReadonlyMap<string | undefined, string | undefined>,
): string | undefined {
  const missing = required.find((name) => !given.has(name));
  if (missing !== undefined) return `${id} needs the parameter ${missing}`;
  const strange = [...given.keys()].find((name) => ![...required, ...optional].includes(name ?? ""));
  if (strange !== undefined) return `${id} has no parameter ${strange}`;
  const time = given.get("duration");
  const [, , minutes = "0"] = duration.exec(time ?? "PT1M") ?? [];
  const strangeTime = time !== undefined && (!duration.test(time) || Number(minutes) > MOST_MINUTES);
  return strangeTime ? `${id} has the duration '${time}': give PT1M to PT12H` : undefined;
}
