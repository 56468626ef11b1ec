import { Attachment } from "@pulumi/aws/autoscaling/attachment.js";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { ServerPort } from "./serverPod.ts";

export interface RelayDoorArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** Whether players outside the network may reach it; who exactly is for the security group. */
  readonly internal: boolean;
  /** What players reach, and the node port of each. The one called `game` is the usual one. */
  readonly gamePorts: readonly [RelayPort, ...RelayPort[]];
  /** Node port on which the relay tells of its health over TCP: UDP has no health check. */
  readonly healthPort: number;
  readonly autoscalingGroups: readonly pulumi.Input<string>[];
}

export interface RelayPort extends ServerPort {
  readonly nodePort: number;
}

/** Where players reach session servers that stay private: through the relays, on one port or on one of each platform. */
export class RelayDoor extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  /** Name and first port. */
  readonly endpoint: pulumi.Output<string>;
  readonly metricName: pulumi.Output<string>;
  readonly targetMetricName: pulumi.Output<string>;

  constructor(name: string, args: RelayDoorArgs, place: ComponentPlace) {
    const { context, gamePorts } = args;
    super(componentType(context.blueprint, "RelayDoor"), name, {}, place);
    const child = { parent: this };
    const balancer = new LoadBalancer(
      `${name}-balancer`,
      {
        name: context.name("loadBalancer", "relay"),
        loadBalancerType: "network",
        internal: args.internal,
        subnets: [...args.subnetIds],
        securityGroups: [args.securityGroupId],
        enableCrossZoneLoadBalancing: true,
        enableDeletionProtection: context.deletionProtection,
        tags: context.tags(`${name}-balancer`),
      },
      // Opening the relay to the internet makes a new one, and a target group stands behind one balancer only.
      { parent: this, deleteBeforeReplace: true },
    );
    const [first] = gamePorts;
    const [targets] = gamePorts.map((port) => {
      // Names say nothing of a port called `game`: it was the only one once, and names are identity.
      const part = port.name.replace(/^game/, "");
      const group = new TargetGroup(
        `${name}${part}-targets`,
        {
          name: context.name("targetGroup", `relay${part}`),
          port: port.nodePort,
          protocol: port.protocol,
          targetType: "instance",
          vpcId: args.vpcId,
          deregistrationDelay: 300,
          healthCheck: { protocol: "TCP", port: String(args.healthPort), interval: 10 },
          tags: context.tags(`${name}${part}-targets`),
        },
        child,
      );
      new Listener(
        `${name}${part}-listener`,
        {
          loadBalancerArn: balancer.arn,
          port: port.number,
          protocol: port.protocol,
          defaultActions: [{ type: "forward", targetGroupArn: group.arn }],
          tags: context.tags(`${name}${part}-listener`),
        },
        child,
      );
      for (const [index, autoscalingGroupName] of args.autoscalingGroups.entries()) {
        new Attachment(`${name}${part}-${index + 1}`, { autoscalingGroupName, lbTargetGroupArn: group.arn }, child);
      }
      return group;
    });
    if (targets === undefined) throw new RangeError("a relay needs at least one game port");
    this.arn = balancer.arn;
    this.dnsName = balancer.dnsName;
    this.endpoint = pulumi.interpolate`${balancer.dnsName}:${first.number}`;
    this.metricName = balancer.arnSuffix;
    this.targetMetricName = targets.arnSuffix;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
