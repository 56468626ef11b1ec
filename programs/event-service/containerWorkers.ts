import { Policy } from "@pulumi/aws/appautoscaling/policy.js";
import { Target } from "@pulumi/aws/appautoscaling/target.js";
import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Cluster } from "@pulumi/aws/ecs/cluster.js";
import { Service } from "@pulumi/aws/ecs/service.js";
import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import * as pulumi from "@pulumi/pulumi";
import { ServiceRole } from "../components/serviceRole.ts";
import type { WorkQueue } from "../components/workQueue.ts";
import { type Statement, serviceTrust } from "../policyDocument.ts";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { repositoryArn } from "./imageRegistry.ts";

export interface ContainerWorkersArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  readonly image: string;
  readonly vpcId: string;
  readonly subnetIds: readonly string[];
  readonly tasks: { readonly min: number; readonly max: number; readonly backlog: number };
  readonly work: WorkQueue;
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statements: readonly Statement[];
  /** ARNs of policies that someone else made, each by a name that is unique here. */
  readonly attachedPolicies?: Readonly<Record<string, string>>;
  readonly logRetentionDays: number;
}

const container = "worker";

/** Workers in containers without machines of one's own: as many as the queue is long. */
export class ContainerWorkers extends pulumi.ComponentResource {
  readonly clusterArn: pulumi.Output<string>;
  readonly #name: string;
  readonly #args: ContainerWorkersArgs;

  constructor(name: string, args: ContainerWorkersArgs, place: ComponentPlace) {
    const { context } = args;
    super(componentType(context.blueprint, "ContainerWorkers"), name, {}, place);
    this.#name = name;
    this.#args = args;
    const cluster = new Cluster(
      `${name}-cluster`,
      {
        name: context.name("other", "workers"),
        // Also counts the running tasks, by which the service scales.
        settings: [{ name: "containerInsights", value: "enhanced" }],
        tags: context.tags(`${name}-cluster`),
      },
      { parent: this },
    );
    const task = this.#task(place);
    const service = new Service(
      `${name}-service`,
      {
        name: context.name("other", "worker"),
        cluster: cluster.arn,
        taskDefinition: task.arn,
        launchType: "FARGATE",
        platformVersion: "LATEST",
        desiredCount: args.tasks.min,
        availabilityZoneRebalancing: "ENABLED",
        deploymentMinimumHealthyPercent: 100,
        deploymentMaximumPercent: 200,
        deploymentCircuitBreaker: { enable: true, rollback: true },
        networkConfiguration: {
          subnets: [...args.subnetIds],
          securityGroups: [this.#group().id],
          assignPublicIp: false,
        },
        enableExecuteCommand: false,
        propagateTags: "SERVICE",
        tags: context.tags(`${name}-service`),
      },
      { parent: this, ignoreChanges: ["desiredCount"] },
    );
    this.clusterArn = cluster.arn;
    this.#scale(cluster.name, service);
    this.registerOutputs({ clusterArn: this.clusterArn });
  }

  #task(place: ComponentPlace): TaskDefinition {
    const { context, keyArn, image, environment } = this.#args;
    const name = this.#name;
    const inThis = { parent: this, providers: place.providers };
    const trust = serviceTrust(context, "ecs-tasks.amazonaws.com");
    const logs = new LogGroup(
      `${name}-logs`,
      {
        name: pulumi.interpolate`/meridian/${context.name("other", "workers")}`,
        retentionInDays: this.#args.logRetentionDays,
        kmsKeyId: keyArn,
        tags: context.tags(`${name}-logs`),
      },
      { parent: this },
    );
    const starter = new ServiceRole(
      `${name}-starter`,
      {
        context,
        role: "worker-starter",
        description: "Fetches the workers' image and opens their logs",
        trust,
        statements: [
          ...fetching(image),
          {
            Sid: "WriteLogs",
            Effect: "Allow",
            Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
            Resource: pulumi.interpolate`${logs.arn}:*`,
          },
        ],
      },
      inThis,
    );
    const worker = new ServiceRole(
      `${name}-worker`,
      {
        context,
        role: "worker",
        description: "What the workers may do",
        trust,
        attachedPolicies: this.#args.attachedPolicies ?? {},
        statements: this.#args.statements,
      },
      inThis,
    );
    const definition = {
      name: container,
      image,
      essential: true,
      user: "10001:10001",
      readonlyRootFilesystem: true,
      privileged: false,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      stopTimeout: 120,
      environment: Object.entries(environment).map(([key, value]) => ({ name: key, value })),
      logConfiguration: {
        logDriver: "awslogs",
        options: {
          "awslogs-group": logs.name,
          "awslogs-region": context.placement.region,
          "awslogs-stream-prefix": container,
        },
      },
    };
    return new TaskDefinition(
      `${name}-task`,
      {
        family: context.name("other", "worker"),
        requiresCompatibilities: ["FARGATE"],
        networkMode: "awsvpc",
        runtimePlatform: { cpuArchitecture: "ARM64", operatingSystemFamily: "LINUX" },
        cpu: "512",
        memory: "1024",
        executionRoleArn: starter.arn,
        taskRoleArn: worker.arn,
        containerDefinitions: pulumi.jsonStringify([definition]),
        tags: context.tags(`${name}-task`),
      },
      { parent: this, dependsOn: [starter, worker] },
    );
  }

  /** Workers fetch; nobody calls them. */
  #group(): SecurityGroup {
    const { context, vpcId } = this.#args;
    const name = `${this.#name}-group`;
    const group = new SecurityGroup(
      name,
      {
        name: context.name("other", "workers"),
        description: "Workers of game events",
        vpcId,
        tags: context.tags(name),
      },
      { parent: this },
    );
    new SecurityGroupEgressRule(
      `${name}-https`,
      {
        securityGroupId: group.id,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: "0.0.0.0/0",
        description: "Services of the cloud, whose endpoints have public addresses",
        tags: context.tags(`${name}-https`),
      },
      { parent: this },
    );
    return group;
  }

  /** Messages that wait, by running tasks: the number that says whether more would help. Source: Application Auto Scaling user guide, "metric math". */
  #scale(clusterName: pulumi.Input<string>, service: Service): void {
    const { context, tasks, work } = this.#args;
    const name = this.#name;
    const scaled = {
      serviceNamespace: "ecs",
      resourceId: pulumi.interpolate`service/${clusterName}/${service.name}`,
      scalableDimension: "ecs:service:DesiredCount",
    };
    const target = new Target(
      `${name}-scale`,
      { ...scaled, minCapacity: tasks.min, maxCapacity: tasks.max, tags: context.tags(`${name}-scale`) },
      { parent: this, dependsOn: [service] },
    );
    const metric = (
      id: string,
      namespace: string,
      metricName: string,
      dimensions: Readonly<Record<string, pulumi.Input<string>>>,
    ) => ({
      id,
      returnData: false,
      metricStat: {
        stat: "Average",
        metric: {
          namespace,
          metricName,
          dimensions: Object.entries(dimensions).map(([key, value]) => ({ name: key, value })),
        },
      },
    });
    new Policy(
      `${name}-scale`,
      {
        ...scaled,
        name: context.name("other", "backlog"),
        policyType: "TargetTrackingScaling",
        targetTrackingScalingPolicyConfiguration: {
          targetValue: tasks.backlog,
          scaleOutCooldown: 60,
          scaleInCooldown: 300,
          customizedMetricSpecification: {
            metrics: [
              metric("waiting", "AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: work.queueName }),
              metric("running", "ECS/ContainerInsights", "RunningTaskCount", {
                ClusterName: clusterName,
                ServiceName: service.name,
              }),
              { id: "backlog", expression: "waiting / running", label: "Messages a task", returnData: true },
            ],
          },
        },
      },
      { parent: this, dependsOn: [target] },
    );
  }
}

/** What it takes to fetch an image: of a registry of the cloud that one repository, of any other nothing. */
function fetching(image: string): readonly Statement[] {
  const repository = repositoryArn(image);
  if (repository === undefined) return [];
  return [
    // The API knows no resources to narrow this to (Service Authorization Reference, Amazon ECR).
    { Sid: "EnterRegistry", Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
    {
      Sid: "FetchImage",
      Effect: "Allow",
      Action: ["ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage"],
      Resource: repository,
    },
  ];
}
