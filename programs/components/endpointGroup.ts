import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import * as pulumi from "@pulumi/pulumi";
import { type ComponentPlace, componentType, type StackContext } from "../stackContext.ts";

export interface EndpointGroupArgs {
  readonly context: StackContext;
  readonly vpcId: pulumi.Input<string>;
  readonly vpcCidr: string;
}

/** What interface endpoints stand behind: the network may speak TLS to them, and they begin nothing themselves. */
export class EndpointGroup extends pulumi.ComponentResource {
  readonly groupId: pulumi.Output<string>;

  constructor(name: string, { context, vpcId, vpcCidr }: EndpointGroupArgs, place: ComponentPlace) {
    super(componentType(context.blueprint, "EndpointGroup"), name, {}, place);
    const group = new SecurityGroup(
      `${name}-group`,
      {
        name: context.name("other", "endpoints"),
        description: "Private endpoints of services of the cloud",
        vpcId,
        tags: context.tags(`${name}-group`),
      },
      { parent: this },
    );
    new SecurityGroupIngressRule(
      `${name}-https`,
      {
        securityGroupId: group.id,
        ipProtocol: "tcp",
        fromPort: 443,
        toPort: 443,
        cidrIpv4: vpcCidr,
        description: "The network to the services of the cloud",
        tags: context.tags(`${name}-https`),
      },
      { parent: this },
    );
    this.groupId = group.id;
    this.registerOutputs({ groupId: this.groupId });
  }
}
