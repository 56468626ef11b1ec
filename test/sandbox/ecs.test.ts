import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { ROLE, trustOf } from "./lambdaParts.ts";

const CLUSTER = "aws:ecs/cluster:Cluster";
const TASK = "aws:ecs/taskDefinition:TaskDefinition";
const SERVICE = "aws:ecs/service:Service";
const TARGET = "aws:appautoscaling/target:Target";
const POLICY = "aws:appautoscaling/policy:Policy";
const INVALID = "InvalidParameterException";
const CLIENT = "ClientException";

const containers = JSON.stringify([{ name: "worker", image: "registry.example.com/worker:1.0.0" }]);
const task = {
  family: "worker",
  containerDefinitions: containers,
  requiresCompatibilities: ["FARGATE"],
  networkMode: "awsvpc",
  cpu: "256",
  memory: "512",
};
const text = (made: Made, name: string): string => String(made[name]?.outputs["arn"]);

const withTask = async ({ make }: Workshop): Promise<Made> => {
  const vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  return {
    cluster: await make(CLUSTER, { name: "game" }),
    task: await make(TASK, task),
    subnet: await make("aws:ec2/subnet:Subnet", { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" }),
    stranger: await make(ROLE, { name: "stranger", assumeRolePolicy: trustOf("ec2.amazonaws.com") }),
  };
};
const service = (made: Made) => ({
  name: "worker",
  cluster: text(made, "cluster"),
  taskDefinition: text(made, "task"),
  launchType: "FARGATE",
  desiredCount: 1,
  networkConfiguration: { subnets: [made["subnet"]?.id ?? ""] },
});
const scaled = {
  serviceNamespace: "ecs",
  resourceId: "service/game/worker",
  scalableDimension: "ecs:service:DesiredCount",
};
const withService = async (workshop: Workshop): Promise<Made> => {
  const made = await withTask(workshop);
  return { ...made, service: await workshop.make(SERVICE, service(made)) };
};
const withTarget = async (workshop: Workshop): Promise<Made> => ({
  ...(await withService(workshop)),
  target: await workshop.make(TARGET, { ...scaled, minCapacity: 1, maxCapacity: 4 }),
});
const tracking = {
  targetValue: 10,
  predefinedMetricSpecification: { predefinedMetricType: "ECSServiceAverageCPUUtilization" },
};

const cases: readonly ConformanceCase[] = [
  {
    type: CLUSTER,
    smallest: () => ({ name: "game" }),
    id: /^arn:aws:ecs:eu-west-1:\d{12}:cluster\/game$/,
    change: { settings: [{ name: "containerInsights", value: "enhanced" }] },
    replace: { name: "other" },
    spoiled: [{ name: "a name with a space", with: { name: "my game" }, code: INVALID }],
  },
  {
    type: TASK,
    needs: withTask,
    smallest: () => ({ ...task, family: "other" }),
    id: /:task-definition\/other:1$/,
    outputs: { revision: 1, arnWithoutRevision: /:task-definition\/other$/ },
    replace: { cpu: "512", memory: "1024" },
    spoiled: [
      { name: "no container", with: { containerDefinitions: "[]" }, code: CLIENT },
      { name: "a container without an image", with: { containerDefinitions: '[{"name":"x"}]' }, code: CLIENT },
      { name: "a size that Fargate has not", with: { cpu: "300" }, code: CLIENT },
      { name: "memory that does not go with it", with: { memory: "4096" }, code: CLIENT },
      {
        name: "a role that does not trust it",
        with: (made) => ({ taskRoleArn: text(made, "stranger") }),
        code: CLIENT,
        at: "create",
      },
    ],
  },
  {
    type: SERVICE,
    needs: withTask,
    smallest: service,
    id: /:service\/game\/worker$/,
    change: { desiredCount: 3, deploymentCircuitBreaker: { enable: true, rollback: true } },
    replace: { name: "other" },
    spoiled: [
      { name: "less than none", with: { desiredCount: -1 }, code: INVALID },
      { name: "no network", with: { networkConfiguration: null }, code: INVALID, at: "create" },
      {
        name: "a task definition that does not exist",
        with: { taskDefinition: "arn:aws:ecs:eu-west-1:100000000001:task-definition/nothing:1" },
        code: CLIENT,
        at: "create",
      },
      {
        name: "a cluster that does not exist",
        with: { cluster: "arn:aws:ecs:eu-west-1:100000000001:cluster/nowhere" },
        code: "ClusterNotFoundException",
        at: "create",
      },
    ],
    taken: { code: INVALID },
  },
  {
    type: TARGET,
    needs: withService,
    smallest: () => ({ ...scaled, minCapacity: 1, maxCapacity: 4 }),
    id: /^service\/game\/worker\//,
    outputs: { arn: /:scalable-target\/[0-9a-f]{32}$/ },
    change: { maxCapacity: 8 },
    spoiled: [
      { name: "a most below the least", with: { maxCapacity: 0 }, code: "ValidationException" },
      {
        name: "a service that does not exist",
        with: { resourceId: "service/game/nothing" },
        code: "ValidationException",
        at: "create",
      },
    ],
  },
  {
    type: POLICY,
    needs: withTarget,
    smallest: () => ({
      ...scaled,
      name: "backlog",
      policyType: "TargetTrackingScaling",
      targetTrackingScalingPolicyConfiguration: tracking,
    }),
    id: /\/backlog$/,
    change: { targetTrackingScalingPolicyConfiguration: { ...tracking, targetValue: 20 } },
    replace: { name: "other" },
    spoiled: [
      {
        name: "no target to track",
        with: { targetTrackingScalingPolicyConfiguration: null },
        code: "ValidationException",
      },
      {
        name: "what nothing registered",
        with: { resourceId: "service/game/nothing" },
        code: "ObjectNotFoundException",
        at: "create",
      },
    ],
  },
];

conformance(cases);
