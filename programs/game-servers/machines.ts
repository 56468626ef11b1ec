import type * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../components/cluster.ts";
import { ClusterAddons, nodeAddonsWith, serviceAddons } from "../components/clusterAddons.ts";
import { NodePool } from "../components/nodePool.ts";
import { NodeReadiness } from "../components/nodeReadiness.ts";
import { ReservedNodes } from "../components/reservedNodes.ts";
import { ServiceRole } from "../components/serviceRole.ts";
import { plainServiceTrust } from "../policyDocument.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import type { Capacity } from "./capacity.ts";
import type { Ground } from "./ground.ts";
import type { GameServersInputs } from "./inputs.ts";
import { readinessPlans, reservePlan, serviceGroups, sessionGroups, spotGroups } from "./nodeGroups.ts";
import { serviceCidr } from "./ports.ts";

export interface MachinesArgs extends Ground {
  readonly context: StackContext;
  readonly inputs: GameServersInputs;
  readonly capacity: Capacity;
  readonly keyArn: pulumi.Input<string>;
  /** Names of the zones, in order. */
  readonly zones: readonly string[];
}

export interface Machines {
  readonly cluster: Cluster;
  readonly servicePool: NodePool;
  /** What a pod needs before it can start. */
  readonly ready: pulumi.Resource[];
}

/**
 * The cluster and its nodes: one pool for lobby, relay and the cluster itself, and one for sessions, where players' traffic goes and,
 * with direct connections, the internet comes in.
 */
export function declareMachines(args: MachinesArgs, place: ComponentPlace): Machines {
  const { context, inputs, capacity, network, perimeter } = args;
  const cluster = new Cluster(
    "cluster",
    {
      context,
      version: inputs.kubernetesVersion,
      subnetIds: network.privateSubnetIds,
      keyArn: args.keyArn,
      retentionDays: inputs.logRetentionDays,
      serviceCidr,
      operatorCidrs: inputs.operatorCidrs,
      administratorRoles: inputs.administratorRoles,
    },
    place,
  );
  const { clusterName } = cluster;
  const nodeRole = new ServiceRole(
    "node",
    {
      context,
      role: "node",
      description: "Nodes of the cluster",
      trust: plainServiceTrust("ec2.amazonaws.com"),
      managedPolicies: ["AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonEKS_CNI_Policy"],
    },
    place,
  );
  const before = new ClusterAddons(
    "node-addons",
    { context, clusterName, addons: nodeAddonsWith(networkSettings(inputs)) },
    place,
  );
  const common = { context, clusterName, nodeRoleArn: nodeRole.arn };
  // Nodes need a way out (network), their rights (role) and their network plugin before the first of them can be ready.
  const onNodes = { ...place, dependsOn: [...network.ways, nodeRole, before] };
  const servicePool = new NodePool(
    "service-nodes",
    {
      ...common,
      pool: "services",
      dedicated: false,
      publicAddresses: false,
      subnetIds: network.privateSubnetIds,
      securityGroupIds: [cluster.securityGroupId, perimeter.serviceNodeGroupId],
      groups: serviceGroups(inputs, capacity),
    },
    onNodes,
  );
  const direct = inputs.connection === "direct";
  const sessionPool = new NodePool(
    "session-nodes",
    {
      ...common,
      pool: "sessions",
      dedicated: true,
      publicAddresses: direct,
      subnetIds: direct ? network.publicSubnetIds : network.privateSubnetIds,
      securityGroupIds: [cluster.securityGroupId, perimeter.sessionNodeGroupId],
      groups: [...sessionGroups(inputs, capacity), ...spotGroups(inputs)],
    },
    onNodes,
  );
  if (inputs.schedules.length > 0) {
    const groupNames = sessionPool.autoscalingGroupNames.slice(0, inputs.instanceFamilies.length);
    new NodeReadiness("session-readiness", { context, groupNames, plans: readinessPlans(inputs) }, place);
  }
  if (inputs.reservedNodes > 0) {
    new ReservedNodes("session-reserve", { context, ...reservePlan(inputs, args.zones) }, place);
  }
  const after = new ClusterAddons(
    "service-addons",
    { context, clusterName, addons: serviceAddons },
    { ...place, dependsOn: [servicePool] },
  );
  return { cluster, servicePool, ready: [cluster, servicePool, sessionPool, after] };
}

/**
 * Pods that answer through the accelerator must answer with their own address, not with their node's: the NAT gateway does what the plugin
 * would do otherwise. Source: AWS Networking & Content Delivery Blog, "AWS Global Accelerator Custom Routing with Amazon Elastic Kubernetes
 * Service".
 */
function networkSettings({ connection }: GameServersInputs): Readonly<Record<string, string>> {
  return connection === "accelerator" ? { AWS_VPC_K8S_CNI_EXTERNALSNAT: "true" } : {};
}
