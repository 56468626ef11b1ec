import { lifecycle } from "../lifecycle.ts";

const region = "eu-west-1";
const peer = "us-east-1";
const regions = [region, peer];
const peerings = [{ from: region, to: peer }];

/** What stands in a network's address space, and so moves with it. */
const moved = [
  "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
  "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway",
  "aws:ec2/flowLog:FlowLog",
  "aws:ec2/natGateway:NatGateway",
  "aws:ec2/networkAcl:NetworkAcl",
  "aws:ec2/route:Route",
  "aws:ec2/routeTable:RouteTable",
  "aws:ec2/routeTableAssociation:RouteTableAssociation",
  "aws:ec2/securityGroup:SecurityGroup",
  "aws:ec2/subnet:Subnet",
  "aws:ec2/vpc:Vpc",
  "aws:ec2/vpcEndpoint:VpcEndpoint",
  "aws:ec2transitgateway/routeTableAssociation:RouteTableAssociation",
  "aws:ec2transitgateway/routeTablePropagation:RouteTablePropagation",
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment",
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
];

lifecycle({
  blueprint: "network",
  // The other region's transit gateway, which a stack there would have made.
  needs: async ({ create }) => {
    const gateway = await create("aws:ec2transitgateway/transitGateway:TransitGateway", { region: peer });
    return { transit: { gateways: { [peer]: gateway.id }, peerings } };
  },
  inputs: { addresses: { regions }, zones: 2 },
  changes: [
    {
      name: "zones, IPv6, endpoints, log retention, budget and e-mail",
      inputs: {
        zones: 3,
        ipv6: true,
        gatewayEndpoints: ["s3"],
        interfaceEndpoints: ["ecr.api", "logs"],
        logRetentionDays: 30,
        monthlyBudget: { amount: "250.00", currency: "USD" },
        alarmEmail: "oncall@example.com",
        deletionProtection: true,
      },
      replaces: [],
    },
    {
      name: "the regions behind this one, the peering and the protection",
      inputs: { addresses: { regions: [...regions, "ap-northeast-1"] }, transit: {}, deletionProtection: false },
      replaces: [],
    },
    {
      name: "the block of the region",
      inputs: { addresses: { regions, blocks: { [region]: "10.9.0.0/16" } } },
      replaces: moved,
    },
  ],
  production: { addresses: { regions }, ipv6: true, interfaceEndpoints: ["kms"] },
});
