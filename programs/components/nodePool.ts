import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import { NodeGroup } from "@pulumi/aws/eks/nodeGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface NodePoolArgs {
  readonly context: StackContext;
  readonly clusterName: pulumi.Input<string>;
  readonly nodeRoleArn: pulumi.Input<string>;
  readonly securityGroupIds: readonly pulumi.Input<string>[];
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** Whether players reach the nodes themselves. */
  readonly publicAddresses: boolean;
  readonly groups: readonly NodeGroupPlan[];
  /** The value of the label `meridian/pool`; with `dedicated` also a taint, so that only pods which ask for the pool run here. */
  readonly pool: string;
  readonly dedicated: boolean;
}

export interface NodeGroupPlan {
  /** Part of the group's identity: it must change with everything that would replace the group. */
  readonly key: string;
  readonly instanceTypes: readonly string[];
  readonly amiType: string;
  /** Spot machines are drained by the cloud itself when it takes them back: two minutes, whatever a pod asks for. */
  readonly spot: boolean;
  /**
   * Never fewer. It must not grow with the inputs: the cloud refuses a least number above the number that runs at that moment, which
   * is the autoscaler's. Pods that ask for nodes are what keeps more of them.
   */
  readonly least: number;
  /** How many there are at first; from then on their number is the autoscaler's. */
  readonly first: number;
  readonly max: number;
}

/** Gibibytes of a node's disk: images and logs; nothing that lasts. */
const diskGiB = 50;

/**
 * Nodes of one kind, in one managed group or several. Groups are named after what cannot be changed in place, so that a new size is a
 * new group beside the old one: it is there before the old one drains.
 */
export class NodePool extends pulumi.ComponentResource {
  readonly autoscalingGroupNames: readonly pulumi.Output<string>[];

  constructor(name: string, args: NodePoolArgs, place: ComponentPlace) {
    const { context, pool } = args;
    super(componentType(context.blueprint, "NodePool"), name, {}, place);
    const template = this.#template(name, args);
    this.autoscalingGroupNames = args.groups.map(({ key, instanceTypes, amiType, spot, least, first, max }) => {
      const group = new NodeGroup(
        `${name}-${key}`,
        {
          clusterName: args.clusterName,
          nodeGroupName: context.name("nodeGroup", `${pool}-${key}`),
          nodeRoleArn: args.nodeRoleArn,
          subnetIds: [...args.subnetIds],
          amiType,
          capacityType: spot ? "SPOT" : "ON_DEMAND",
          instanceTypes: [...instanceTypes],
          scalingConfig: { minSize: least, maxSize: max, desiredSize: first },
          updateConfig: { maxUnavailablePercentage: 25 },
          nodeRepairConfig: { enabled: true },
          launchTemplate: { id: template.id, version: template.latestVersion.apply(String) },
          labels: { "meridian/pool": pool },
          ...(args.dedicated ? { taints: [{ key: "meridian/pool", value: pool, effect: "NO_SCHEDULE" }] } : {}),
          tags: context.tags(`${name}-${key}`),
        },
        // The autoscaler moves the number of nodes; a preview must not want it back.
        { parent: this, ignoreChanges: ["scalingConfig.desiredSize"] },
      );
      return group.resources.apply(autoscalingGroupOf);
    });
    this.registerOutputs({});
  }

  #template(name: string, args: NodePoolArgs): LaunchTemplate {
    const { context, pool } = args;
    const tags = context.tags(name);
    return new LaunchTemplate(
      `${name}-template`,
      {
        name: context.name("other", `${pool}-nodes`),
        updateDefaultVersion: true,
        // A hop limit of 1 keeps the node's role from its pods: they have roles of their own.
        metadataOptions: { httpEndpoint: "enabled", httpTokens: "required", httpPutResponseHopLimit: 1 },
        blockDeviceMappings: [
          {
            deviceName: "/dev/xvda",
            // The account's own EBS key: one of ours would need a grant to a role that the account may not have yet.
            ebs: { volumeSize: diskGiB, volumeType: "gp3", encrypted: "true", deleteOnTermination: "true" },
          },
        ],
        networkInterfaces: [
          {
            deviceIndex: 0,
            associatePublicIpAddress: String(args.publicAddresses),
            deleteOnTermination: "true",
            securityGroups: [...args.securityGroupIds],
          },
        ],
        monitoring: { enabled: context.production },
        tagSpecifications: ["instance", "volume", "network-interface"].map((resourceType) => ({ resourceType, tags })),
        tags: {
          ...context.tags(`${name}-template`),
          // Where rules on public addresses look for the reason of these.
          ...(args.publicAddresses ? { "meridian:reached-by": "players" } : {}),
        },
      },
      { parent: this },
    );
  }
}

interface GroupResources {
  readonly autoscalingGroups?: readonly { readonly name?: string }[];
}

/** The SDK promises a list; a provider that does not know the type answers none. */
function autoscalingGroupOf(resources: readonly GroupResources[] | undefined): string {
  const name = resources?.[0]?.autoscalingGroups?.[0]?.name;
  if (name === undefined)
    throw new pulumi.RunError("the cloud named no autoscaling group for a node group: refresh the stack and try again");
  return name;
}
