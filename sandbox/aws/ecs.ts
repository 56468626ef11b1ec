import type { Draft, ResourceModel, Service } from "../model/model.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isList, isProperties, object, type Properties, text, texts, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { SUBNET } from "./ec2Network.ts";
import { serviceMayAssume } from "./iamRights.ts";
import { tagsRule } from "./tags.ts";

const CLUSTER = "aws:ecs/cluster:Cluster";
const TASK = "aws:ecs/taskDefinition:TaskDefinition";
export const ECS_SERVICE = "aws:ecs/service:Service";
const SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup";
const INVALID = "InvalidParameterException";
const CLIENT = "ClientException";

/** Source of the codes: Amazon ECS API reference, "Common errors" and the errors of each action. */
const ecs: Service = {
  name: "ecs",
  codes: {
    missing: INVALID,
    invalid: INVALID,
    notFound: CLIENT,
    inUse: "ClusterContainsServicesException",
    throttled: "ThrottlingException",
  },
};

/** MiB that go with each size, from, to and in steps of. Source: Amazon ECS developer guide, "Task CPU and memory" for Fargate. */
const FARGATE: Readonly<Record<string, readonly [number, number, number]>> = {
  "256": [512, 2048, 512],
  "512": [1024, 4096, 1024],
  "1024": [2048, 8192, 1024],
  "2048": [4096, 16_384, 1024],
  "4096": [8192, 30_720, 1024],
  "8192": [16_384, 61_440, 4096],
  "16384": [32_768, 122_880, 8192],
};

const name = "^[a-zA-Z0-9_-]{1,255}$";
const tags = tagsRule(INVALID);

const cluster: ResourceModel = {
  type: CLUSTER,
  service: ecs,
  inputs: inputsOf(CLUSTER, { name: { pattern: name }, settings: { unordered: true }, tags }),
  autoname: { property: "name", maxLength: 255 },
  unique: [{ by: ["name"], code: INVALID }],
  id: ({ inputs, place }) => arn("ecs", place, `cluster/${text(inputs, "name")}`),
  outputs: { arn: ({ id }) => id, settings: () => [{ name: "containerInsights", value: "disabled" }] },
  keys: ["arn"],
  seconds: { create: 10, delete: 10 },
};

const taskDefinition: ResourceModel = {
  type: TASK,
  service: ecs,
  inputs: inputsOf(TASK, {
    family: { pattern: name },
    containerDefinitions: { json: true, code: CLIENT, check: wrongContainers },
    tags: { ...tags, immutable: false },
  }),
  check: wrongSize,
  refuse: untrustingRoles,
  // The provider's id is the family alone, which every revision has.
  id: (draft) => arn("ecs", draft.place, `task-definition/${text(draft.inputs, "family")}:${nextRevision(draft)}`),
  outputs: {
    arn: ({ id }) => id,
    arnWithoutRevision: ({ id }) => id.replace(/:\d+$/, ""),
    revision: ({ id }) => Number(/:(\d+)$/.exec(id)?.[1]),
    networkMode: () => "bridge",
  },
  keys: ["arn"],
  seconds: { create: 1, delete: 1 },
};

function nextRevision({ inputs, cloud }: Draft): number {
  const same = cloud.all(TASK).filter(({ outputs }) => outputs["family"] === inputs["family"]);
  return Math.max(0, ...same.map(({ outputs }) => Number(outputs["revision"]))) + 1;
}

function wrongContainers(value: Value): string | undefined {
  const containers: Value = JSON.parse(String(value));
  if (!isList(containers) || containers.length === 0) return "Container list cannot be empty.";
  const unnamed = containers.some((each) => !isProperties(each) || !text(each, "name") || !text(each, "image"));
  return unnamed ? "Container.name and Container.image should not be null or empty." : undefined;
}

const onFargate = (inputs: Properties): boolean => texts(inputs["requiresCompatibilities"]).includes("FARGATE");

function wrongSize(inputs: Properties): readonly Problem[] {
  if (!onFargate(inputs)) return [];
  const problem = (message: string, property: string): Problem => ({ code: CLIENT, message, property });
  if (inputs["networkMode"] !== "awsvpc") {
    return [problem("When networkMode=awsvpc is not given, Fargate is not supported", "networkMode")];
  }
  const [cpu, memory] = [text(inputs, "cpu"), Number(text(inputs, "memory"))];
  if (cpu === undefined || inputs["memory"] === undefined) {
    return [problem("Fargate requires that 'cpu' and 'memory' be defined at the task level.", "cpu")];
  }
  const size = FARGATE[cpu];
  if (size === undefined) return [problem("No Fargate configuration exists for given values: the cpu", "cpu")];
  const [least, most, step] = size;
  if (memory >= least && memory <= most && memory % step === 0) return [];
  return [problem(`No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory.`, "memory")];
}

function untrustingRoles({ inputs, place, cloud }: Draft): Problem | undefined {
  const role = ["executionRoleArn", "taskRoleArn"].find((property) => {
    const given = text(inputs, property);
    return given !== undefined && !serviceMayAssume(given, "ecs-tasks.amazonaws.com", place.account, cloud);
  });
  if (role === undefined) return undefined;
  return {
    code: CLIENT,
    message: "ECS was unable to assume the role that was provided for this task.",
    property: role,
  };
}

const service: ResourceModel = {
  type: ECS_SERVICE,
  service: ecs,
  inputs: inputsOf(ECS_SERVICE, {
    name: { immutable: true, pattern: name },
    launchType: { immutable: true },
    cluster: { ref: { type: CLUSTER, by: "arn", code: "ClusterNotFoundException" } },
    taskDefinition: { ref: { type: TASK, by: "arn", code: CLIENT, holds: false } },
    desiredCount: { min: 0 },
    networkConfiguration: {
      properties: {
        assignPublicIp: { default: false },
        subnets: { unordered: true, items: { ref: { type: SUBNET, code: INVALID } } },
        securityGroups: { unordered: true, items: { ref: { type: SECURITY_GROUP, code: INVALID } } },
      },
    },
    tags,
  }),
  autoname: { property: "name", maxLength: 255 },
  unique: [{ by: ["cluster", "name"], code: INVALID }],
  refuse: ({ inputs, cloud }) => {
    const task = cloud.find(TASK, text(inputs, "taskDefinition") ?? "", "arn");
    const subnets = texts(object(inputs, "networkConfiguration")["subnets"]);
    if (task?.outputs["networkMode"] !== "awsvpc" || subnets.length > 0) return undefined;
    const message = "Network Configuration must be provided when networkMode 'awsvpc' is specified.";
    return { code: INVALID, message, property: "networkConfiguration" };
  },
  id: ({ inputs, place }) =>
    arn("ecs", place, `service/${text(inputs, "cluster")?.split("/")[1]}/${text(inputs, "name")}`),
  outputs: {
    arn: ({ id }) => id,
    iamRole: () => "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS",
    deploymentConfiguration: () => ({ strategy: "ROLLING", bakeTimeInMinutes: "0" }),
    triggers: () => ({}),
  },
  keys: ["arn"],
  codes: { notFound: "ServiceNotFoundException" },
  seconds: { create: 5, update: 5, delete: 60 },
};

/** Amazon Elastic Container Service. */
export const ecsModels: readonly ResourceModel[] = [cluster, taskDefinition, service];
