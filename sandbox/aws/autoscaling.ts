import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, object, type Properties, text, texts, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { SUBNET } from "./ec2Network.ts";
import { TARGET_GROUP } from "./lbService.ts";
import { zonesOf } from "./regions.ts";

const GROUP = "aws:autoscaling/group:Group";
const ATTACHMENT = "aws:autoscaling/attachment:Attachment";
const SCHEDULE = "aws:autoscaling/schedule:Schedule";
const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";

/** Source of the codes: Amazon EC2 Auto Scaling API reference, "Common errors" and the errors of each action. */
const autoscaling: Service = {
  name: "autoscaling",
  codes: {
    missing: "ValidationError",
    invalid: "ValidationError",
    notFound: "ValidationError",
    inUse: "ResourceInUse",
    throttled: "Throttling",
  },
};

const size: PropertyRule = { min: 0 };
const toTargets: PropertyRule = { ref: { type: TARGET_GROUP, by: "arn", code: "ValidationError", holds: false } };

/** A group of one's own. The groups that EKS makes for its node groups are companions of those, with a name and nothing else. */
const group: ResourceModel = {
  type: GROUP,
  service: autoscaling,
  inputs: inputsOf(GROUP, {
    name: { check: (value) => (String(value).includes(":") ? "must not contain a colon" : undefined) },
    minSize: size,
    maxSize: size,
    desiredCapacity: size,
    vpcZoneIdentifiers: { unordered: true, items: { ref: { type: SUBNET, code: "ValidationError" } } },
    launchTemplate: { properties: { id: { ref: { type: TEMPLATE, code: "ValidationError", holds: false } } } },
    targetGroupArns: { items: toTargets },
    healthCheckGracePeriod: { default: 300 },
  }),
  autoname: { property: "name", maxLength: 255 },
  unique: [{ by: ["name"], code: "AlreadyExists" }],
  check: (inputs) => [...wrongSizes(inputs), ...wrongMachines(inputs)],
  refuse: wrongZones,
  // Target groups stay; what goes is that the group registers its machines with them.
  removes: ({ id }, cloud) =>
    [...cloud.all(ATTACHMENT), ...cloud.all(SCHEDULE)].filter(({ outputs }) => outputs["autoscalingGroupName"] === id),
  id: ({ inputs }) => text(inputs, "name") ?? "",
  outputs: {
    arn: ({ id, place, cloud }) =>
      arn("autoscaling", place, `autoScalingGroup:${cloud.random.uuid()}:autoScalingGroupName/${id}`),
    desiredCapacity: ({ inputs }) => inputs["minSize"] ?? 0,
    availabilityZones: { onWrite: zonesOfSubnets, exceptFor: ["tags"] },
    defaultCooldown: () => 300,
    healthCheckType: () => "EC2",
    namePrefix: () => "",
    vpcZoneIdentifiers: () => [],
    targetGroupArns: () => [],
    loadBalancers: () => [],
    trafficSources: () => [],
    predictedCapacity: () => 0,
    warmPoolSize: () => 0,
    serviceLinkedRoleArn: ({ place }) =>
      `arn:aws:iam::${place.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
  },
  seconds: { create: 60, update: 5, delete: 60 },
};

function wrongSizes(inputs: Properties): readonly Problem[] {
  const { minSize, maxSize, desiredCapacity } = inputs;
  const refuse = (message: string, property: string) => [{ code: "ValidationError", message, property }];
  if (above(minSize, maxSize)) return refuse("Max bound must be greater than or equal to min bound", "maxSize");
  if (above(minSize, desiredCapacity) || above(desiredCapacity, maxSize)) {
    return refuse("Desired capacity must be between the specified min and max size", "desiredCapacity");
  }
  return [];
}

function above(a: Value | undefined, b: Value | undefined): boolean {
  return typeof a === "number" && typeof b === "number" && a > b;
}

function wrongMachines(inputs: Properties): readonly Problem[] {
  const ways = ["launchTemplate", "launchConfiguration", "mixedInstancesPolicy"];
  const given = ways.filter((name) => inputs[name] !== undefined);
  const places = ["availabilityZones", "vpcZoneIdentifiers"];
  const problem = (message: string, property: string): Problem => ({ code: "ValidationError", message, property });
  return [
    ...(given.length === 1
      ? []
      : [problem(`exactly one of ${ways.join(", ")} must be given`, given[0] ?? "launchTemplate")]),
    ...(places.some((name) => inputs[name] !== undefined)
      ? []
      : [problem("At least one Availability Zone or VPC Subnet is required", "vpcZoneIdentifiers")]),
    ...wrongTemplate(inputs),
  ];
}

function wrongTemplate(inputs: Properties): readonly Problem[] {
  const template = object(inputs, "launchTemplate");
  const named = ["id", "name"].filter((name) => template[name] !== undefined);
  if (!isProperties(inputs["launchTemplate"]) || named.length === 1) return [];
  const message = "Valid requests must contain either launchTemplateId or LaunchTemplateName";
  return [{ code: "ValidationError", message, property: "launchTemplate" }];
}

function zonesOfSubnets({ inputs, cloud }: Draft): Value {
  const zones = texts(inputs["vpcZoneIdentifiers"]).flatMap((id) =>
    texts(cloud.find(SUBNET, id)?.outputs["availabilityZone"]),
  );
  return [...new Set(zones)].toSorted();
}

function wrongZones({ inputs, place }: Draft): Problem | undefined {
  const known = zonesOf(place.region).map(({ name }) => name);
  const strange = texts(inputs["availabilityZones"]).find((zone) => !known.includes(zone));
  if (strange === undefined) return undefined;
  return { code: "ValidationError", message: `Invalid availability zone '${strange}'`, property: "availabilityZones" };
}

const attachment: ResourceModel = {
  type: ATTACHMENT,
  service: autoscaling,
  inputs: inputsOf(ATTACHMENT, {
    autoscalingGroupName: { immutable: true, ref: { type: GROUP, code: "ValidationError", holds: false } },
    lbTargetGroupArn: { ...toTargets, immutable: true },
    elb: { immutable: true },
  }),
  check: (inputs) => {
    const given = ["elb", "lbTargetGroupArn"].filter((name) => inputs[name] !== undefined);
    if (given.length === 1) return [];
    const message = "exactly one of elb and lbTargetGroupArn must be given";
    return [{ code: "ValidationError", message, property: given[0] ?? "lbTargetGroupArn" }];
  },
  id: ({ inputs, cloud }) => `${text(inputs, "autoscalingGroupName")}-${cloud.random.hex(26)}`,
  seconds: { create: 10, delete: 10 },
};

/** A field of a recurrence: Unix cron without names. Source: Amazon EC2 Auto Scaling user guide, "Recurring schedules". */
const cronField = "(\\*|\\d{1,2}(-\\d{1,2})?)(/\\d{1,2})?(,\\d{1,2}(-\\d{1,2})?)*";
/** A size that a scheduled action leaves as it is. Source: documentation of the resource in the AWS provider. */
const UNCHANGED = -1;
const scheduledSize: PropertyRule = { min: UNCHANGED };

/** Changes sizes of a group by the clock. It is part of the group and goes with it. */
const schedule: ResourceModel = {
  type: SCHEDULE,
  service: autoscaling,
  inputs: inputsOf(SCHEDULE, {
    autoscalingGroupName: { ref: { type: GROUP, code: "ValidationError", holds: false } },
    scheduledActionName: { immutable: true },
    recurrence: { pattern: `^${Array(5).fill(cronField).join(" ")}$` },
    timeZone: { pattern: "^([A-Z][A-Za-z_]+(/[A-Za-z0-9_+-]+)*|UTC)$" },
    minSize: scheduledSize,
    maxSize: scheduledSize,
    desiredCapacity: scheduledSize,
  }),
  check: (inputs) => wrongSchedule(inputs),
  refuse: beyondGroup,
  unique: [{ by: ["autoscalingGroupName", "scheduledActionName"], code: "AlreadyExists" }],
  // The provider's id is the name alone, which two groups may share; here things are told apart by their id, so it is the one of an import.
  id: ({ inputs }) => `${text(inputs, "autoscalingGroupName")}/${text(inputs, "scheduledActionName")}`,
  outputs: {
    arn: ({ inputs, place, cloud }) =>
      arn(
        "autoscaling",
        place,
        `scheduledUpdateGroupAction:${cloud.random.uuid()}:autoScalingGroupName/${text(inputs, "autoscalingGroupName")}:scheduledActionName/${text(inputs, "scheduledActionName")}`,
      ),
    // The service says when it strikes next; the provider keeps what it read first.
    startTime: ({ cloud }) => cloud.now,
    endTime: () => "",
    timeZone: () => "",
    recurrence: () => "",
  },
  keys: ["arn"],
};

function wrongSchedule(inputs: Properties): readonly Problem[] {
  const sizes = ["minSize", "maxSize", "desiredCapacity"].map((name) => inputs[name]);
  const refuse = (message: string, property: string) => [{ code: "ValidationError", message, property }];
  if (sizes.every((size) => size === UNCHANGED)) {
    return refuse("At least one of min, max and desired size must be specified", "minSize");
  }
  const [min, max] = sizes;
  if (max !== UNCHANGED && above(min, max)) return refuse("Min size must not be above max size", "minSize");
  return ["recurrence", "startTime"].some((name) => inputs[name] !== undefined)
    ? []
    : refuse("Either a recurrence or a start time must be specified", "recurrence");
}

/** A scheduled least number above the group's largest one never takes effect; of a node group's own group no size is known here. */
function beyondGroup({ inputs, cloud }: Draft): Problem | undefined {
  const owner = cloud.find(GROUP, text(inputs, "autoscalingGroupName") ?? "");
  if (inputs["maxSize"] !== UNCHANGED || !above(inputs["minSize"], owner?.outputs["maxSize"])) return undefined;
  return { code: "ValidationError", message: "Min size must not be above the group's max size", property: "minSize" };
}

/** Amazon EC2 Auto Scaling. */
export const autoscalingModels: readonly ResourceModel[] = [group, attachment, schedule];
