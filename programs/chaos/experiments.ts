import type { Partition } from "../regions.ts";
import type { ChaosInputs } from "./inputs.ts";

/** What can be tried. */
export const experimentNames = [
  "zone-loss",
  "node-loss",
  "spot-interruption",
  "api-throttling",
  "network-latency",
  "replication-pause",
  "region-evacuation",
] as const;
export type ExperimentName = (typeof experimentNames)[number];

/** Those that strike everything of their kind: everything in one zone, or everything in the region. */
export const strikingAll: readonly ExperimentName[] = ["zone-loss", "region-evacuation"];

/** More than this part of the nodes counts as all of them. */
export const largestPart = 50;

export interface ExperimentTarget {
  readonly name: string;
  readonly resourceType: string;
  readonly selectionMode: "ALL" | `COUNT(${number})` | `PERCENT(${number})`;
  readonly resourceTags?: Readonly<Record<string, string>>;
  readonly resourceArns?: readonly string[];
  readonly parameters?: Readonly<Record<string, string>>;
  readonly filters?: readonly { readonly path: string; readonly values: readonly string[] }[];
}

export interface ExperimentAction {
  readonly name: string;
  readonly actionId: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** The action's own word for what it works on, and the target's name. */
  readonly target: { readonly key: string; readonly value: string };
}

export interface Experiment {
  readonly name: ExperimentName;
  readonly description: string;
  readonly targets: readonly ExperimentTarget[];
  readonly actions: readonly ExperimentAction[];
}

/** Where the experiments strike. */
export interface Ground {
  readonly region: string;
  readonly partition: Partition;
  readonly environment: string;
  /** The zone that is lost; there when zone-loss is among the experiments. */
  readonly zone: string | undefined;
}

/** What was chosen, as templates. Nothing is ever struck without the tags of one stack set and of this environment. */
export function experimentsOf(inputs: ChaosInputs, ground: Ground): readonly Experiment[] {
  return inputs.experiments.map((name) => ({ name, ...builders[name](inputs, ground) }));
}

type Build = (inputs: ChaosInputs, ground: Ground) => Omit<Experiment, "name">;

const minutesOf = ({ minutes }: ChaosInputs): string => `PT${minutes}M`;

function tagsOf(stackSet: string, { environment }: Ground): Record<string, string> {
  return { "meridian:stack-set": stackSet, "meridian:environment": environment };
}

function nodes(inputs: ChaosInputs, ground: Ground): ExperimentTarget {
  return {
    name: "nodes",
    resourceType: "aws:ec2:instance",
    selectionMode: `PERCENT(${inputs.nodePercent})`,
    resourceTags: { ...tagsOf(inputs.stackSet, ground), Name: `${inputs.stackSet}-${inputs.nodesNamed}` },
    filters: [{ path: "State.Name", values: ["running"] }],
  };
}

function subnets(inputs: ChaosInputs, ground: Ground, parameters?: Record<string, string>): ExperimentTarget {
  return {
    name: "subnets",
    resourceType: "aws:ec2:subnet",
    selectionMode: "ALL",
    resourceTags: tagsOf(inputs.networkStackSet ?? inputs.stackSet, ground),
    ...(parameters === undefined ? {} : { parameters }),
  };
}

const cutOff = (inputs: ChaosInputs): ExperimentAction => ({
  name: "cut-off",
  actionId: "aws:network:disrupt-connectivity",
  parameters: { duration: minutesOf(inputs), scope: "all" },
  target: { key: "Subnets", value: "subnets" },
});

const pauseReplication = (inputs: ChaosInputs): ExperimentAction => ({
  name: "pause-replication",
  actionId: "aws:dynamodb:global-table-pause-replication",
  parameters: { duration: minutesOf(inputs) },
  target: { key: "Tables", value: "tables" },
});

/** One table: what holds for it holds for the others, and they can be tried one after another. */
const tables = (inputs: ChaosInputs, ground: Ground): ExperimentTarget => ({
  name: "tables",
  resourceType: "aws:dynamodb:global-table",
  selectionMode: "COUNT(1)",
  resourceTags: tagsOf(inputs.tableStackSet ?? inputs.stackSet, ground),
});

const builders: Readonly<Record<ExperimentName, Build>> = {
  "zone-loss": (inputs, ground) => ({
    description: `Nothing reaches or leaves ${ground.zone} for ${inputs.minutes} minutes`,
    targets: [subnets(inputs, ground, { availabilityZoneIdentifier: ground.zone ?? "" })],
    actions: [cutOff(inputs)],
  }),
  "node-loss": (inputs, ground) => ({
    description: `${inputs.nodePercent} percent of the nodes are gone at once, and do not come back`,
    targets: [nodes(inputs, ground)],
    actions: [
      {
        name: "terminate",
        actionId: "aws:ec2:terminate-instances",
        parameters: {},
        target: { key: "Instances", value: "nodes" },
      },
    ],
  }),
  "spot-interruption": (inputs, ground) => ({
    description: `The cloud takes back ${inputs.spotInstances} spot instances, with two minutes of notice`,
    targets: [
      {
        name: "spot",
        resourceType: "aws:ec2:spot-instance",
        selectionMode: `COUNT(${inputs.spotInstances})`,
        resourceTags: tagsOf(inputs.stackSet, ground),
        filters: [{ path: "State.Name", values: ["running"] }],
      },
    ],
    actions: [
      {
        name: "interrupt",
        actionId: "aws:ec2:send-spot-instance-interruptions",
        parameters: { durationBeforeInterruption: "PT2M" },
        target: { key: "SpotInstances", value: "spot" },
      },
    ],
  }),
  "api-throttling": (inputs) => ({
    description: `${inputs.throttledPercent} percent of the calls to EC2 of ${inputs.throttledRoles.length} roles are throttled for ${inputs.minutes} minutes`,
    targets: [
      {
        name: "roles",
        resourceType: "aws:iam:role",
        selectionMode: `COUNT(${inputs.throttledRoles.length})`,
        resourceArns: inputs.throttledRoles,
      },
    ],
    actions: [
      {
        name: "throttle",
        actionId: "aws:fis:inject-api-throttle-error",
        parameters: {
          duration: minutesOf(inputs),
          service: "ec2",
          percentage: String(inputs.throttledPercent),
          operations: inputs.throttledOperations.join(","),
        },
        target: { key: "Roles", value: "roles" },
      },
    ],
  }),
  "network-latency": (inputs, ground) => ({
    description: `${inputs.latencyMillis} ms more on the way out of ${inputs.nodePercent} percent of the nodes for ${inputs.minutes} minutes`,
    targets: [nodes(inputs, ground)],
    actions: [
      {
        name: "delay",
        actionId: "aws:ssm:send-command",
        parameters: {
          duration: minutesOf(inputs),
          documentArn: latencyDocument(ground),
          documentParameters: JSON.stringify({
            Interface: inputs.networkInterface,
            DelayMilliseconds: String(inputs.latencyMillis),
            DurationSeconds: String(inputs.minutes * 60),
            InstallDependencies: "True",
          }),
        },
        target: { key: "Instances", value: "nodes" },
      },
    ],
  }),
  "replication-pause": (inputs, ground) => ({
    description: `A global table neither sends nor receives what other regions wrote for ${inputs.minutes} minutes`,
    targets: [tables(inputs, ground)],
    actions: [pauseReplication(inputs)],
  }),
  "region-evacuation": (inputs, ground) => {
    // Not every game has global tables, and a target that finds nothing fails the experiment.
    const both = inputs.experiments.includes("replication-pause");
    return {
      description: `Nothing reaches or leaves the networks in ${ground.region} for ${inputs.minutes} minutes${both ? ", and a global table is cut off" : ""}`,
      targets: [subnets(inputs, ground), ...(both ? [tables(inputs, ground)] : [])],
      actions: [cutOff(inputs), ...(both ? [pauseReplication(inputs)] : [])],
    };
  },
};

/** The cloud's own document, which every region has. Source: AWS FIS user guide, "Use Systems Manager SSM documents". */
export function latencyDocument({ region, partition }: Pick<Ground, "region" | "partition">): string {
  return `arn:${partition.name}:ssm:${region}::document/AWSFIS-Run-Network-Latency`;
}
