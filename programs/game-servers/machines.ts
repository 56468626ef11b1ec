import type * as pulumi from "@pulumi/pulumi";
import { Cluster } from "../components/cluster.ts";
import { ClusterAddons, nodeAddons, serviceAddons } from "../components/clusterAddons.ts";
import { NodePool } from "../components/nodePool.ts";
import { ServiceRole } from "../components/serviceRole.ts";
import { plainServiceTrust } from "../policyDocument.ts";
import type { ComponentPlace, StackContext } from "../stackContext.ts";
import { type Capacity, serviceSize } from "./capacity.ts";
import type { Ground } from "./ground.ts";
import type { GameServersInputs } from "./inputs.ts";
import { architectures, families } from "./instances.ts";
import { serviceCidr } from "./ports.ts";
import { siteOf } from "./site.ts";

export interface MachinesArgs extends Ground {
  readonly context: StackContext;
  readonly inputs: GameServersInputs;
  readonly capacity: Capacity;
  readonly keyArn: pulumi.Input<string>;
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
  const before = new ClusterAddons("node-addons", { context, clusterName, addons: nodeAddons }, place);
  const direct = inputs.connection === "direct";
  const { zones } = siteOf(inputs);
  const [firstFamily] = inputs.instanceFamilies;
  const common = {
    context,
    clusterName,
    nodeRoleArn: nodeRole.arn,
    amiType: architectures[firstFamily === undefined ? "x86" : families[firstFamily].architecture],
  };
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
      groups: [
        {
          key: `${serviceSize}-${inputs.instanceFamilies.join("-")}-${zones}`,
          instanceTypes: inputs.instanceFamilies.map((family) => `${family}.${serviceSize}`),
          least: zones,
          first: capacity.serviceNodes.min,
          max: capacity.serviceNodes.max,
        },
      ],
    },
    onNodes,
  );
  const sessionPool = new NodePool(
    "session-nodes",
    {
      ...common,
      pool: "sessions",
      dedicated: true,
      publicAddresses: direct,
      subnetIds: direct ? network.publicSubnetIds : network.privateSubnetIds,
      securityGroupIds: [cluster.securityGroupId, perimeter.sessionNodeGroupId],
      groups: inputs.instanceFamilies.map((family) => ({
        key: `${family}-${inputs.instanceSize}-${inputs.connection}-${zones}`,
        instanceTypes: [`${family}.${inputs.instanceSize}`],
        least: 1,
        first: capacity.sessionNodes.min,
        max: capacity.sessionNodes.max,
      })),
    },
    onNodes,
  );
  const after = new ClusterAddons(
    "service-addons",
    { context, clusterName, addons: serviceAddons },
    { ...place, dependsOn: [servicePool] },
  );
  return { cluster, servicePool, ready: [cluster, servicePool, sessionPool, after] };
}
