import type { OutputDescription } from "../blueprint.ts";

const open = (name: string, description: string): OutputDescription => ({ name, description, secret: false });

export const networkOutputs = [
  open("vpcId", "The network."),
  open("vpcCidr", "Its IPv4 block."),
  open("ipv6Cidr", "Its IPv6 block; empty without IPv6."),
  open("zones", "Its availability zones, in the order of the subnets."),
  open("publicSubnetIds", "Subnets with a way to and from the internet, one a zone."),
  open("privateSubnetIds", "Subnets with a way out only, one a zone."),
  open("isolatedSubnetIds", "Subnets that reach nothing but the private ones, one a zone."),
  open("privateRouteTableIds", "The private subnets' route tables, one a zone."),
  open("addressPlan", "Every region's block, as planned."),
  open("transitGatewayId", "The transit gateway; empty without transit."),
  open(
    "transitPeeringIds",
    "By region that was asked, the peering attachment; what transit.peerings takes as attachmentId.",
  ),
  open("flowLogGroupName", "The log group of the flow logs."),
  open("keyArn", "The key of flow logs and alarm topic."),
  open("alarmTopicArn", "The topic on which alarms and budget speak."),
] as const satisfies readonly OutputDescription[];

/** Every output's name: the program's answer has exactly these. */
export type NetworkOutputName = (typeof networkOutputs)[number]["name"];
