import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { type Properties, text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { ECS_SERVICE } from "./ecs.ts";
import { tagsRule } from "./tags.ts";

const TARGET = "aws:appautoscaling/target:Target";
const POLICY = "aws:appautoscaling/policy:Policy";
const INVALID = "ValidationException";

/** Source of the codes: Application Auto Scaling API reference, the errors of each action. */
const autoscaling: Service = {
  name: "application-autoscaling",
  codes: {
    missing: INVALID,
    invalid: INVALID,
    notFound: "ObjectNotFoundException",
    inUse: "ConcurrentUpdateException",
    throttled: "ThrottlingException",
  },
};

/** What is scaled is named by three things together. */
const dimensionOf = (properties: Properties): string =>
  ["serviceNamespace", "resourceId", "scalableDimension"].map((name) => text(properties, name)).join(" ");

const target: ResourceModel = {
  type: TARGET,
  service: autoscaling,
  inputs: inputsOf(TARGET, { minCapacity: { min: 0 }, maxCapacity: { min: 0 }, tags: tagsRule(INVALID) }),
  unique: [{ by: ["serviceNamespace", "resourceId", "scalableDimension"], code: INVALID }],
  check: ({ minCapacity, maxCapacity }) => {
    if (typeof minCapacity !== "number" || typeof maxCapacity !== "number" || minCapacity <= maxCapacity) return [];
    const message = "Maximum capacity cannot be less than minimum capacity";
    return [{ code: INVALID, message, property: "maxCapacity" }];
  },
  refuse: missingService,
  removes: ({ outputs: scaled }, cloud) =>
    cloud.all(POLICY).filter(({ outputs }) => dimensionOf(outputs) === dimensionOf(scaled)),
  // The provider's id is the resource's alone, which several dimensions of it share.
  id: ({ inputs }) => `${text(inputs, "resourceId")}/${text(inputs, "scalableDimension")}`,
  outputs: {
    arn: ({ place, cloud }) => arn("application-autoscaling", place, `scalable-target/${cloud.random.hex(32)}`),
    roleArn: ({ place }) =>
      `arn:aws:iam::${place.account}:role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService`,
    suspendedState: () => ({
      dynamicScalingInSuspended: false,
      dynamicScalingOutSuspended: false,
      scheduledScalingSuspended: false,
    }),
  },
  keys: ["arn"],
  seconds: { create: 1, delete: 1 },
};

function missingService({ inputs, place, cloud }: Draft): Problem | undefined {
  const id = text(inputs, "resourceId") ?? "";
  if (inputs["serviceNamespace"] !== "ecs" || cloud.find(ECS_SERVICE, arn("ecs", place, id)) !== undefined) {
    return undefined;
  }
  return { code: INVALID, message: `ECS service doesn't exist: ${id}`, property: "resourceId" };
}

const policy: ResourceModel = {
  type: POLICY,
  service: autoscaling,
  inputs: inputsOf(POLICY, {
    name: { immutable: true, minLength: 1, maxLength: 256 },
    targetTrackingScalingPolicyConfiguration: {
      properties: { scaleInCooldown: { min: 0 }, scaleOutCooldown: { min: 0 } },
    },
  }),
  autoname: { property: "name", maxLength: 256 },
  unique: [{ by: ["resourceId", "scalableDimension", "name"], code: INVALID }],
  check: (inputs) => {
    const [kind, property] =
      inputs["policyType"] === "TargetTrackingScaling"
        ? ["target tracking", "targetTrackingScalingPolicyConfiguration"]
        : ["step scaling", "stepScalingPolicyConfiguration"];
    if (inputs["policyType"] === "PredictiveScaling" || inputs[property] !== undefined) return [];
    return [{ code: INVALID, message: `a ${kind} policy needs its configuration`, property }];
  },
  refuse: ({ inputs, cloud }) =>
    cloud.all(TARGET).some(({ outputs }) => dimensionOf(outputs) === dimensionOf(inputs))
      ? undefined
      : {
          code: "ObjectNotFoundException",
          message: `No scalable target registered for ${dimensionOf(inputs)}`,
          property: "resourceId",
        },
  id: ({ inputs }) => `${text(inputs, "resourceId")}/${text(inputs, "name")}`,
  outputs: {
    arn: ({ inputs, place, cloud }) =>
      arn(
        "autoscaling",
        place,
        `scalingPolicy:${cloud.random.uuid()}:resource/ecs/${text(inputs, "resourceId")}:policyName/${text(inputs, "name")}`,
      ),
    alarmArns: ({ inputs, place }) =>
      ["AlarmHigh", "AlarmLow"].map((side) =>
        arn("cloudwatch", place, `alarm:TargetTracking-${text(inputs, "resourceId")}-${side}`),
      ),
  },
  keys: ["arn"],
  seconds: { create: 1, update: 1, delete: 1 },
};

/** Application Auto Scaling. */
export const appautoscalingModels: readonly ResourceModel[] = [target, policy];
