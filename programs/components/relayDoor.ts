import { Attachment } from "@pulumi/aws/autoscaling/attachment.js";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface RelayDoorArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  /** Whether players outside the network may reach it; who exactly is for the security group. */
  readonly internal: boolean;
  readonly gamePort: number;
  readonly nodePort: number;
  /** Node port on which the relay tells of its health over TCP: UDP has no health check. */
  readonly healthPort: number;
  readonly autoscalingGroups: readonly pulumi.Input<string>[];
}

/** Where players reach session servers that stay private: UDP to the relays. */
export class RelayDoor extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly endpoint: pulumi.Output<string>;
  readonly metricName: pulumi.Output<string>;
  readonly targetMetricName: pulumi.Output<string>;

  constructor(name: string, args: RelayDoorArgs, place: ComponentPlace) {
    const { context, gamePort } = args;
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
    const targets = new TargetGroup(
      `${name}-targets`,
      {
        name: context.name("targetGroup", "relay"),
        port: args.nodePort,
        protocol: "UDP",
        targetType: "instance",
        vpcId: args.vpcId,
        deregistrationDelay: 300,
        healthCheck: { protocol: "TCP", port: String(args.healthPort), interval: 10 },
        tags: context.tags(`${name}-targets`),
      },
      child,
    );
    new Listener(
      `${name}-listener`,
      {
        loadBalancerArn: balancer.arn,
        port: gamePort,
        protocol: "UDP",
        defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
        tags: context.tags(`${name}-listener`),
      },
      child,
    );
    for (const [index, autoscalingGroupName] of args.autoscalingGroups.entries()) {
      new Attachment(`${name}-${index + 1}`, { autoscalingGroupName, lbTargetGroupArn: targets.arn }, child);
    }
    this.arn = balancer.arn;
    this.endpoint = pulumi.interpolate`${balancer.dnsName}:${gamePort}`;
    this.metricName = balancer.arnSuffix;
    this.targetMetricName = targets.arnSuffix;
    this.registerOutputs({ endpoint: this.endpoint });
  }
}
