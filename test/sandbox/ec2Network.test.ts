import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { idOf, inVpc, network, tagged, VPC } from "./networkParts.ts";

const SUBNET = "aws:ec2/subnet:Subnet";
const GATEWAY = "aws:ec2/internetGateway:InternetGateway";
const EIP = "aws:ec2/eip:Eip";
const NAT = "aws:ec2/natGateway:NatGateway";
const TABLE = "aws:ec2/routeTable:RouteTable";
const ASSOCIATION = "aws:ec2/routeTableAssociation:RouteTableAssociation";

const inSubnet = async (workshop: Workshop): Promise<Made> => {
  const vpc = await workshop.make(VPC, network);
  const vpcId = vpc.id;
  return {
    vpc,
    subnet: await workshop.make(SUBNET, { vpcId, cidrBlock: "10.0.0.0/24" }),
    gateway: await workshop.make(GATEWAY, { vpcId }),
    table: await workshop.make(TABLE, { vpcId }),
    address: await workshop.make(EIP, { domain: "vpc" }),
  };
};

const cases: readonly ConformanceCase[] = [
  {
    type: VPC,
    smallest: () => network,
    id: /^vpc-[0-9a-f]{17}$/,
    outputs: {
      arn: /^arn:aws:ec2:eu-west-1:\d{12}:vpc\/vpc-/,
      enableDnsSupport: true,
      instanceTenancy: "default",
      region: "eu-west-1",
      defaultSecurityGroupId: /^sg-/,
    },
    change: { enableDnsHostnames: true, ...tagged },
    replace: { cidrBlock: "10.1.0.0/16" },
    spoiled: [
      { name: "no network", with: { cidrBlock: null }, code: "MissingParameter" },
      { name: "a network that is none", with: { cidrBlock: "10.0.0.0" }, code: "InvalidVpc.Range" },
      { name: "too large a network", with: { cidrBlock: "10.0.0.0/15" }, code: "InvalidVpc.Range" },
      { name: "bits behind the prefix", with: { cidrBlock: "10.0.0.1/16" }, code: "InvalidVpc.Range" },
      { name: "a tenancy there is not", with: { instanceTenancy: "shared" }, code: "InvalidParameterValue" },
    ],
    dependant: {
      type: SUBNET,
      inputs: (vpc) => ({ vpcId: vpc.id, cidrBlock: "10.0.1.0/24" }),
      code: "DependencyViolation",
    },
  },
  {
    type: SUBNET,
    needs: inVpc,
    smallest: (made) => ({ vpcId: idOf(made, "vpc"), cidrBlock: "10.0.0.0/24" }),
    id: /^subnet-[0-9a-f]{17}$/,
    outputs: { availabilityZone: /^eu-west-1a$/, availabilityZoneId: /^euw1-az1$/, arn: /:subnet\/subnet-/ },
    change: { mapPublicIpOnLaunch: true },
    replace: { cidrBlock: "10.0.1.0/24" },
    spoiled: [
      { name: "a missing VPC", with: { vpcId: null }, code: "MissingParameter" },
      { name: "a VPC that does not exist", with: { vpcId: "vpc-0" }, code: "InvalidVpcID.NotFound", at: "create" },
      {
        name: "a network outside the VPC",
        with: { cidrBlock: "10.1.0.0/24" },
        code: "InvalidSubnet.Range",
        at: "create",
      },
      {
        name: "a zone of another region",
        with: { availabilityZone: "us-east-1a" },
        code: "InvalidParameterValue",
        at: "create",
      },
    ],
    dependant: {
      type: NAT,
      inputs: (subnet) => ({ subnetId: subnet.id, connectivityType: "private" }),
      code: "DependencyViolation",
    },
    taken: { code: "InvalidSubnet.Conflict" },
  },
  {
    type: GATEWAY,
    needs: inVpc,
    smallest: (made) => ({ vpcId: idOf(made, "vpc") }),
    id: /^igw-[0-9a-f]{17}$/,
    outputs: { arn: /:internet-gateway\/igw-/ },
    change: tagged,
    spoiled: [{ name: "an unknown VPC", with: { vpcId: "vpc-0" }, code: "InvalidVpcID.NotFound", at: "create" }],
    taken: { code: "Resource.AlreadyAssociated" },
  },
  {
    type: EIP,
    needs: inSubnet,
    smallest: () => ({ domain: "vpc" }),
    id: /^eipalloc-[0-9a-f]{17}$/,
    outputs: { publicIp: /^198\.1[89]\.\d+\.\d+$/, allocationId: /^eipalloc-/ },
    change: tagged,
    replace: { networkBorderGroup: "eu-west-1-lon-1" },
    spoiled: [{ name: "the old domain", with: { domain: "standard" }, code: "InvalidParameterValue" }],
    dependant: {
      type: NAT,
      inputs: (address, made) => ({ subnetId: idOf(made, "subnet"), allocationId: address.id }),
      code: "InvalidIPAddress.InUse",
    },
  },
  {
    type: NAT,
    needs: inSubnet,
    smallest: (made) => ({ subnetId: idOf(made, "subnet"), allocationId: idOf(made, "address") }),
    id: /^nat-[0-9a-f]{17}$/,
    outputs: { publicIp: /^198\./, privateIp: /^10\.0\.0\.\d+$/, networkInterfaceId: /^eni-/ },
    change: tagged,
    replace: { connectivityType: "private", allocationId: null },
    spoiled: [
      { name: "a public gateway without an address", with: { allocationId: null }, code: "MissingParameter" },
      {
        name: "an address that does not exist",
        with: { allocationId: "eipalloc-0" },
        code: "InvalidAllocationID.NotFound",
        at: "create",
      },
    ],
    taken: { code: "Resource.AlreadyAssociated" },
  },
  {
    type: TABLE,
    needs: async (workshop) => ({ ...(await inSubnet(workshop)), other: await workshop.make(VPC, network) }),
    smallest: (made) => ({ vpcId: idOf(made, "vpc") }),
    id: /^rtb-[0-9a-f]{17}$/,
    outputs: { arn: /:route-table\/rtb-/ },
    change: tagged,
    replace: (made) => ({ vpcId: idOf(made, "other") }),
    spoiled: [{ name: "an unknown VPC", with: { vpcId: "vpc-0" }, code: "InvalidVpcID.NotFound", at: "create" }],
    dependant: {
      type: ASSOCIATION,
      inputs: (table, made) => ({ routeTableId: table.id, subnetId: idOf(made, "subnet") }),
      code: "DependencyViolation",
    },
  },
  {
    type: "aws:ec2/route:Route",
    needs: inSubnet,
    smallest: (made) => ({
      routeTableId: idOf(made, "table"),
      destinationCidrBlock: "0.0.0.0/0",
      gatewayId: idOf(made, "gateway"),
    }),
    id: /^r-rtb-[0-9a-f]{17}-0\.0\.0\.0\/0$/,
    outputs: { state: /^active$/ },
    replace: { destinationCidrBlock: "10.9.0.0/16" },
    spoiled: [
      { name: "no target", with: { gatewayId: null }, code: "MissingParameter" },
      {
        name: "two targets",
        with: { natGatewayId: "nat-0" },
        code: "InvalidParameterCombination",
        property: "gatewayId",
      },
      { name: "no destination", with: { destinationCidrBlock: null }, code: "MissingParameter" },
      {
        name: "a gateway that does not exist",
        with: { gatewayId: "igw-0" },
        code: "InvalidGatewayID.NotFound",
        at: "create",
      },
    ],
    taken: { code: "RouteAlreadyExists" },
  },
  {
    type: ASSOCIATION,
    needs: inSubnet,
    smallest: (made) => ({ routeTableId: idOf(made, "table"), subnetId: idOf(made, "subnet") }),
    id: /^rtbassoc-[0-9a-f]{17}$/,
    spoiled: [
      { name: "neither subnet nor gateway", with: { subnetId: null }, code: "MissingParameter" },
      { name: "an unknown subnet", with: { subnetId: "subnet-0" }, code: "InvalidSubnetID.NotFound", at: "create" },
    ],
    taken: { code: "Resource.AlreadyAssociated" },
  },
  {
    type: "aws:ec2/vpcEndpoint:VpcEndpoint",
    needs: inSubnet,
    smallest: (made) => ({ vpcId: idOf(made, "vpc"), serviceName: "com.amazonaws.eu-west-1.s3" }),
    id: /^vpce-[0-9a-f]{17}$/,
    outputs: { state: /^available$/, prefixListId: /^pl-/ },
    change: (made) => ({ routeTableIds: [idOf(made, "table")] }),
    replace: { serviceName: "com.amazonaws.eu-west-1.dynamodb" },
    spoiled: [
      { name: "a service that is none", with: { serviceName: "s3" }, code: "InvalidServiceName" },
      {
        name: "a gateway to what has none",
        with: { serviceName: "com.amazonaws.eu-west-1.sts" },
        code: "InvalidParameter",
      },
      {
        name: "a service of another region",
        with: { serviceName: "com.amazonaws.us-east-1.s3" },
        code: "InvalidServiceName",
        at: "create",
      },
      {
        name: "an unknown route table",
        with: { routeTableIds: ["rtb-0"] },
        code: "InvalidRouteTableId.NotFound",
        at: "create",
      },
    ],
  },
  {
    type: "aws:ec2/flowLog:FlowLog",
    needs: inSubnet,
    smallest: (made) => ({
      vpcId: idOf(made, "vpc"),
      trafficType: "ALL",
      logDestinationType: "s3",
      logDestination: "arn:aws:s3:::flow-logs",
    }),
    id: /^fl-[0-9a-f]{17}$/,
    outputs: { maxAggregationInterval: 600 },
    change: tagged,
    replace: { trafficType: "REJECT" },
    spoiled: [
      { name: "a kind of traffic there is not", with: { trafficType: "SOME" }, code: "InvalidParameterValue" },
      { name: "nothing to log", with: { vpcId: null }, code: "MissingParameter" },
      { name: "an interval of two minutes", with: { maxAggregationInterval: 120 }, code: "InvalidParameterValue" },
    ],
    taken: { code: "FlowLogAlreadyExists" },
  },
  {
    type: "aws:ec2/launchTemplate:LaunchTemplate",
    smallest: () => ({ instanceType: "c7g.large" }),
    id: /^lt-[0-9a-f]{17}$/,
    outputs: { latestVersion: /^1$/, name: /^thing-[0-9a-f]{7}$/ },
    change: { instanceType: "c7g.xlarge" },
    replace: { name: "other" },
    spoiled: [
      {
        name: "a metadata setting there is not",
        with: { metadataOptions: { httpTokens: "yes" } },
        code: "InvalidParameterValue",
        property: "metadataOptions.httpTokens",
      },
      { name: "an image id of wrong form", with: { imageId: "ami-x" }, code: "InvalidAMIID.Malformed" },
      { name: "user data that is not encoded", with: { userData: "#!/bin/sh" }, code: "InvalidUserData.Malformed" },
      {
        name: "a group that does not exist",
        with: { vpcSecurityGroupIds: ["sg-0"] },
        code: "InvalidGroup.NotFound",
        at: "create",
      },
    ],
    taken: { code: "InvalidLaunchTemplateName.AlreadyExistsException" },
  },
];

conformance(cases);
