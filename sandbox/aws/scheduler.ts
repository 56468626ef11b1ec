import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { object, type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { serviceMayAssume } from "./iamRights.ts";
import { missingKey } from "./kmsKeys.ts";
import { findFunction } from "./lambdaService.ts";
import { QUEUE } from "./sqs.ts";
import { tagsRule } from "./tags.ts";

const GROUP = "aws:scheduler/scheduleGroup:ScheduleGroup";
const SCHEDULE = "aws:scheduler/schedule:Schedule";
/** The group that every account and region has. */
const DEFAULT_GROUP = "default";
const INVALID = "ValidationException";

/** Source of the codes: Amazon EventBridge Scheduler API reference, the errors of each action. */
const scheduler: Service = {
  name: "scheduler",
  codes: {
    missing: INVALID,
    invalid: INVALID,
    notFound: "ResourceNotFoundException",
    inUse: "ConflictException",
    throttled: "ThrottlingException",
  },
};

const group: ResourceModel = {
  type: GROUP,
  service: scheduler,
  inputs: inputsOf(GROUP, {
    name: {
      check: (value) => (value === DEFAULT_GROUP ? "must not be default: that group is always there" : undefined),
    },
    tags: tagsRule(INVALID),
  }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["name"], code: "ConflictException" }],
  // Schedules go with their group, also those that no program made.
  removes: ({ id }, cloud) => cloud.all(SCHEDULE).filter(({ outputs }) => outputs["groupName"] === id),
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place }) => arn("scheduler", place, `schedule-group/${id}`),
    state: () => "ACTIVE",
    creationDate: ({ cloud }) => cloud.now,
    lastModificationDate: ({ cloud }) => cloud.now,
    namePrefix: () => "",
  },
  keys: ["arn"],
  seconds: { create: 1, delete: 20 },
};

const schedule: ResourceModel = {
  type: SCHEDULE,
  service: scheduler,
  inputs: inputsOf(SCHEDULE, {
    groupName: { immutable: true, default: DEFAULT_GROUP },
    state: { default: "ENABLED" },
    actionAfterCompletion: { enum: ["NONE", "DELETE"] },
    scheduleExpression: {
      pattern:
        "^(rate\\([1-9]\\d* (minute|hour|day)s?\\)|cron\\(\\S+( \\S+){5}\\)|at\\(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\))$",
    },
    target: {
      properties: {
        arn: { pattern: "^arn:" },
        retryPolicy: {
          properties: {
            maximumEventAgeInSeconds: { min: 60, max: 86_400 },
            maximumRetryAttempts: { min: 0, max: 185 },
          },
        },
        deadLetterConfig: {
          properties: { arn: { ref: { type: QUEUE, by: "arn", code: INVALID, holds: false } } },
        },
      },
    },
  }),
  autoname: { property: "name", maxLength: 64 },
  unique: [{ by: ["groupName", "name"], code: "ConflictException" }],
  check: wrongWindow,
  refuse: (draft) =>
    missingGroup(draft) ??
    untrustingRole(draft) ??
    missingTarget(draft) ??
    missingKey(draft, "kmsKeyArn", { code: INVALID }),
  id: ({ inputs }) => `${text(inputs, "groupName")}/${text(inputs, "name")}`,
  outputs: { arn: ({ id, place }) => arn("scheduler", place, `schedule/${id}`), namePrefix: () => "" },
  keys: ["arn"],
  seconds: { create: 1, update: 1, delete: 1 },
};

function wrongWindow(inputs: Properties): readonly Problem[] {
  const window = object(inputs, "flexibleTimeWindow");
  const minutes = window["maximumWindowInMinutes"];
  if (window["mode"] === undefined || (window["mode"] === "FLEXIBLE") === (minutes !== undefined)) return [];
  const message = "MaximumWindowInMinutes belongs to the mode FLEXIBLE, and to it alone";
  return [{ code: INVALID, message, property: "flexibleTimeWindow" }];
}

function missingGroup({ inputs, cloud }: Draft): Problem | undefined {
  const name = text(inputs, "groupName") ?? DEFAULT_GROUP;
  if (name === DEFAULT_GROUP || cloud.find(GROUP, name) !== undefined) return undefined;
  return {
    code: "ResourceNotFoundException",
    message: `Schedule group ${name} does not exist.`,
    property: "groupName",
  };
}

function untrustingRole({ inputs, place, cloud }: Draft): Problem | undefined {
  const role = text(object(inputs, "target"), "roleArn") ?? "";
  if (serviceMayAssume(role, "scheduler.amazonaws.com", place.account, cloud)) return undefined;
  const message = "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.";
  return { code: INVALID, message, property: "target.roleArn" };
}

function missingTarget({ inputs, cloud }: Draft): Problem | undefined {
  const target = text(object(inputs, "target"), "arn") ?? "";
  if (!/^arn:[^:]+:lambda:/.test(target) || findFunction(target, cloud) !== undefined) return undefined;
  return { code: INVALID, message: `The target ${target} does not exist`, property: "target.arn" };
}

/** Amazon EventBridge Scheduler. */
export const schedulerModels: readonly ResourceModel[] = [group, schedule];
