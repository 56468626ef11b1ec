import { CustomRoutingAccelerator } from "@pulumi/aws/globalaccelerator/customRoutingAccelerator.js";
import { CustomRoutingEndpointGroup } from "@pulumi/aws/globalaccelerator/customRoutingEndpointGroup.js";
import { CustomRoutingListener } from "@pulumi/aws/globalaccelerator/customRoutingListener.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { ServerPort } from "./serverPod.ts";

export interface SessionAcceleratorArgs {
  readonly context: StackContext;
  /** Subnets of the session servers; every address in them gets listener ports of its own. */
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly listenerPorts: { readonly from: number; readonly to: number };
  readonly gamePorts: readonly ServerPort[];
  readonly logBucket: pulumi.Input<string>;
}

/**
 * Two addresses for the whole region at the edge of the cloud's own network, behind which each port leads to one session server. A standard
 * accelerator could not: it chooses the server itself. Nothing passes until the matchmaker lets it through to one server, and asks which
 * port that server has.
 */
export class SessionAccelerator extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  readonly endpointGroupArn: pulumi.Output<string>;

  constructor(name: string, args: SessionAcceleratorArgs, place: ComponentPlace) {
    const { context, gamePorts, listenerPorts, subnetIds } = args;
    super(componentType(context.blueprint, "SessionAccelerator"), name, {}, place);
    const child = { parent: this };
    const accelerator = new CustomRoutingAccelerator(
      `${name}-accelerator`,
      {
        name: context.name("other", "sessions"),
        enabled: true,
        ipAddressType: "IPV4",
        attributes: { flowLogsEnabled: true, flowLogsS3Bucket: args.logBucket, flowLogsS3Prefix: "accelerator" },
        tags: context.tags(`${name}-accelerator`),
      },
      child,
    );
    const listener = new CustomRoutingListener(
      `${name}-listener`,
      {
        acceleratorArn: accelerator.arn,
        portRanges: [{ fromPort: listenerPorts.from, toPort: listenerPorts.to }],
      },
      child,
    );
    const group = new CustomRoutingEndpointGroup(
      `${name}-group`,
      {
        listenerArn: listener.arn,
        endpointGroupRegion: context.placement.region,
        destinationConfigurations: gamePorts.map(({ number, protocol }) => ({
          fromPort: number,
          toPort: number,
          protocols: [protocol],
        })),
        endpointConfigurations: subnetIds.map((endpointId) => ({ endpointId })),
      },
      child,
    );
    this.arn = accelerator.arn;
    this.dnsName = accelerator.dnsName;
    this.endpointGroupArn = group.arn;
    this.registerOutputs({ dnsName: this.dnsName });
  }
}
