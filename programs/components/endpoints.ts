import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import { gatewayServiceName, interfaceServiceName } from "./endpointName.ts";

export interface EndpointsArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  readonly routeTableIds: readonly pulumi.Input<string>[];
  readonly subnetIds: readonly pulumi.Input<string>[];
  /** What interface endpoints stand behind. */
  readonly securityGroupId: pulumi.Input<string>;
  /** Left out: those that a cluster of game servers needs. */
  readonly gateways?: readonly string[];
  readonly interfaces?: readonly string[];
}

/** Free, and what carries the most bytes: image layers and sessions. */
const gateways = ["s3", "dynamodb"] as const;
/** What every node and pod needs to start; each costs by the hour and zone, so only those. */
const interfaces = ["ecr.api", "ecr.dkr", "logs", "sts"] as const;

/** Ways to the cloud's own services that do not pass the NAT gateway: cheaper, and there when it is not. */
export class Endpoints extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointsArgs, place: ComponentPlace) {
    const { context, vpcId } = args;
    super(componentType(context.blueprint, "Endpoints"), name, {}, place);
    const child = { parent: this };
    const { region } = context.placement;
    for (const service of args.gateways ?? gateways) {
      new VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId,
          serviceName: gatewayServiceName(region, service),
          vpcEndpointType: "Gateway",
          routeTableIds: [...args.routeTableIds],
          tags: context.tags(`${name}-${service}`),
        },
        child,
      );
    }
    for (const service of args.interfaces ?? interfaces) {
      new VpcEndpoint(
        `${name}-${service}`,
        {
          vpcId,
          serviceName: interfaceServiceName(region, service),
          vpcEndpointType: "Interface",
          subnetIds: [...args.subnetIds],
          securityGroupIds: [args.securityGroupId],
          privateDnsEnabled: true,
          tags: context.tags(`${name}-${service}`),
        },
        child,
      );
    }
    this.registerOutputs({});
  }
}
