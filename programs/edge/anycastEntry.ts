import { Accelerator } from "@pulumi/aws/globalaccelerator/accelerator.js";
import { EndpointGroup } from "@pulumi/aws/globalaccelerator/endpointGroup.js";
import { Listener } from "@pulumi/aws/globalaccelerator/listener.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";
import type { EdgeInputs } from "./inputs.ts";
import type { PlannedOrigin } from "./traffic.ts";

export interface AnycastEntryArgs {
  readonly context: StackContext;
  readonly origins: readonly PlannedOrigin[];
  readonly listeners: EdgeInputs["listeners"];
  readonly clientAffinity: EdgeInputs["clientAffinity"];
  readonly logBucket: pulumi.Input<string>;
}

/**
 * Two addresses that are announced everywhere; from where they are reached, traffic runs over the cloud's own network to the nearest
 * region whose load balancer is healthy.
 */
export class AnycastEntry extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly dnsName: pulumi.Output<string>;
  readonly hostedZoneId: pulumi.Output<string>;
  readonly addresses: pulumi.Output<readonly string[]>;

  constructor(name: string, args: AnycastEntryArgs, place: ComponentPlace) {
    const { context, origins, listeners, clientAffinity } = args;
    super(componentType(context.blueprint, "AnycastEntry"), name, {}, place);
    const accelerator = new Accelerator(
      `${name}-accelerator`,
      {
        name: context.name("other", "entry"),
        ipAddressType: "IPV4",
        enabled: true,
        attributes: { flowLogsEnabled: true, flowLogsS3Bucket: args.logBucket, flowLogsS3Prefix: "accelerator" },
        tags: context.tags(`${name}-accelerator`),
      },
      { parent: this },
    );
    for (const { protocol, fromPort, toPort } of listeners) {
      // Not by its last port: a listener that grows stays the same one, where a second would overlap with it.
      const ports = `${name}-${protocol.toLowerCase()}-${fromPort}`;
      const listener = new Listener(
        ports,
        {
          acceleratorArn: accelerator.arn,
          protocol,
          portRanges: [{ fromPort, toPort }],
          clientAffinity: clientAffinity === "source-ip" ? "SOURCE_IP" : "NONE",
        },
        { parent: this },
      );
      for (const { origin, dial } of origins) {
        // Load balancers tell of their health themselves: the group's own health check is for addresses and machines only
        // (AWS Global Accelerator developer guide, "Health checks for Application and Network Load Balancers").
        new EndpointGroup(
          `${ports}-${origin.region}`,
          {
            listenerArn: listener.arn,
            endpointGroupRegion: origin.region,
            trafficDialPercentage: dial,
            endpointConfigurations: [
              {
                endpointId: origin.endpointArn,
                weight: 128,
                clientIpPreservationEnabled: keepsAddress(origin.endpointArn),
              },
            ],
          },
          { parent: this },
        );
      }
    }
    this.arn = accelerator.arn;
    this.dnsName = accelerator.dnsName;
    this.hostedZoneId = accelerator.hostedZoneId;
    this.addresses = accelerator.ipSets.apply((sets) => sets.flatMap(({ ipAddresses }) => ipAddresses ?? []));
    this.registerOutputs({ arn: this.arn, dnsName: this.dnsName });
  }
}

/**
 * Whether a load balancer sees players' own addresses through the accelerator. A network load balancer does only where it has security groups, which its
 * ARN does not tell; asked for elsewhere, it is refused (AWS Global Accelerator developer guide, "Client IP address preservation").
 */
function keepsAddress(endpointArn: string): boolean {
  return endpointArn.includes(":loadbalancer/app/");
}
