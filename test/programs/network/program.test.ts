import { describe, expect, it } from "vitest";
import { development, production, type RecordedResource, recordAnew, recordBlueprint } from "../recordedStack.ts";
import { verdictsOn } from "../verdictsOn.ts";

const blueprint = "network";
const regions = ["eu-west-1", "us-east-1"];
const addresses = { regions };

async function record(inputs: object = {}, placement = development) {
  const stack = await recordBlueprint({ blueprint, inputs: { addresses, ...inputs }, placement });
  const ofType = (type: string): readonly RecordedResource[] => stack.resources.filter((each) => each.type === type);
  const inputsOf = (type: string) => ofType(type).map(({ inputs }) => inputs);
  return { ...stack, ofType, inputsOf };
}

const ROUTE = "aws:ec2/route:Route";
const SUBNET = "aws:ec2/subnet:Subnet";

describe("the rules", () => {
  it.each([
    ["the smallest inputs in development", {}, development],
    ["the smallest inputs in production", {}, production],
    [
      "everything at once in production",
      { ipv6: true, zones: 4, interfaceEndpoints: ["kms", "logs"], transit: {} },
      production,
    ],
  ])("have nothing to say of %s", async (_, inputs, placement) => {
    expect(await verdictsOn({ blueprint, inputs: { addresses, ...inputs }, placement })).toEqual([]);
  });
});

describe("a region", () => {
  it("has the block of its place in the plan, whichever region it is", async () => {
    const other = { ...development, region: "us-east-1" };
    expect((await record()).inputsOf("aws:ec2/vpc:Vpc")).toMatchObject([{ cidrBlock: "10.64.0.0/16" }]);
    const there = await record({}, other);
    expect(there.inputsOf("aws:ec2/vpc:Vpc")).toMatchObject([{ cidrBlock: "10.65.0.0/16" }]);
    expect(there.outputs["addressPlan"]).toEqual({ "eu-west-1": "10.64.0.0/16", "us-east-1": "10.65.0.0/16" });
  });

  it("that the plan does not name is refused before anything is made", async () => {
    const inputs = { addresses: { regions: ["us-east-1"] } };
    await expect(recordAnew({ blueprint, inputs })).rejects.toThrow("/addresses/regions: append eu-west-1");
  });
});

describe("what isolated subnets reach", () => {
  it("is the private half and themselves, and nothing else in either direction", async () => {
    const { inputsOf } = await record();
    const [acl, ...others] = inputsOf("aws:ec2/networkAcl:NetworkAcl");
    expect(others).toEqual([]);
    expect(acl?.["subnetIds"]).toEqual(["isolated-1-id", "isolated-2-id", "isolated-3-id"]);
    for (const side of ["ingress", "egress"]) {
      expect(acl?.[side]).toMatchObject([
        { action: "allow", cidrBlock: "10.64.0.0/17" },
        { action: "allow", cidrBlock: "10.64.192.0/18" },
      ]);
    }
  });

  it("is led to by no route, and by no gateway endpoint", async () => {
    const { inputsOf } = await record({ ipv6: true, transit: {} });
    expect(inputsOf(ROUTE).filter(({ routeTableId }) => routeTableId === "isolated-routes-id")).toEqual([]);
    for (const { routeTableIds } of inputsOf("aws:ec2/vpcEndpoint:VpcEndpoint")) {
      expect(routeTableIds).not.toContain("isolated-routes-id");
    }
  });
});

describe("addresses that the internet can reach", () => {
  it("are given to nothing that does not ask, with and without IPv6", async () => {
    const { ofType } = await record({ ipv6: true });
    for (const { name, inputs } of ofType(SUBNET)) {
      expect(inputs["mapPublicIpOnLaunch"], name).toBe(false);
      const isPrivate = name.startsWith("network-private");
      expect(inputs["assignIpv6AddressOnCreation"] ?? false, name).toBe(isPrivate);
    }
  });

  it("lead out of private subnets by IPv6 through an egress-only gateway, and by nothing else", async () => {
    const { inputsOf } = await record({ ipv6: true });
    const out = inputsOf(ROUTE).filter((route) => route["destinationIpv6CidrBlock"] === "::/0");
    const fromPrivate = out.filter(({ routeTableId }) => String(routeTableId).startsWith("network-private"));
    expect(fromPrivate).toHaveLength(3);
    for (const route of fromPrivate) {
      expect(route).toMatchObject({ egressOnlyGatewayId: "network-egress-only-id" });
      expect(route).not.toHaveProperty("gatewayId");
    }
    expect(out).toHaveLength(4);
  });

  it("have IPv6 subnets that differ", async () => {
    const blocks = (await record({ ipv6: true })).inputsOf(SUBNET).flatMap(({ ipv6CidrBlock }) => ipv6CidrBlock ?? []);
    expect(blocks).toHaveLength(6);
    expect(new Set(blocks).size).toBe(6);
  });
});

describe("private endpoints", () => {
  it("are asked for by the names that China has for them, where it has its own", async () => {
    const inputs = {
      addresses: { regions: ["cn-north-1"] },
      interfaceEndpoints: ["sqs", "logs"],
      gatewayEndpoints: ["s3"],
    };
    const { inputsOf } = await record(inputs, { ...development, region: "cn-north-1" });
    const names = inputsOf("aws:ec2/vpcEndpoint:VpcEndpoint").map(({ serviceName }) => serviceName);
    expect(names).toEqual([
      "com.amazonaws.cn-north-1.s3",
      "cn.com.amazonaws.cn-north-1.sqs",
      "com.amazonaws.cn-north-1.logs",
    ]);
  });

  it("are those that are named, behind one group that only the network reaches, by TLS", async () => {
    const { inputsOf } = await record({ interfaceEndpoints: ["kms"], gatewayEndpoints: ["s3"] });
    expect(inputsOf("aws:ec2/vpcEndpoint:VpcEndpoint")).toMatchObject([
      { serviceName: "com.amazonaws.eu-west-1.s3", vpcEndpointType: "Gateway" },
      {
        serviceName: "com.amazonaws.eu-west-1.kms",
        vpcEndpointType: "Interface",
        securityGroupIds: ["endpoints-group-group-id"],
        privateDnsEnabled: true,
      },
    ]);
    expect(inputsOf("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")).toMatchObject([
      { cidrIpv4: "10.64.0.0/16", ipProtocol: "tcp", fromPort: 443, toPort: 443 },
    ]);
    expect(inputsOf("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule")).toEqual([]);
  });
});

describe("flow logs", () => {
  it("record what was refused too, under a key of the stack's own, for as long as asked", async () => {
    const { inputsOf, outputs } = await record({ logRetentionDays: 90 });
    expect(inputsOf("aws:ec2/flowLog:FlowLog")).toMatchObject([{ trafficType: "ALL" }]);
    const [group] = inputsOf("aws:cloudwatch/logGroup:LogGroup");
    expect(group).toMatchObject({ retentionInDays: 90, kmsKeyId: "arn:aws:mock:encryption-key" });
    expect(outputs["flowLogGroupName"]).toBe(group?.["name"]);
  });
});

describe("transit", () => {
  const gateways = { "eu-west-1": "tgw-0123456789abcdef0", "us-east-1": "tgw-0123456789abcdef1" };
  const pair = { from: "us-east-1", to: "eu-west-1" };
  const attachmentId = "tgw-attach-0123456789abcdef0";
  const asking = { ...development, region: "us-east-1" };
  const kinds = (stack: Awaited<ReturnType<typeof record>>) =>
    stack.resources.flatMap(({ type, name }) =>
      name.startsWith("transit-") && type.includes("Peering") ? [type] : [],
    );
  const over = (stack: Awaited<ReturnType<typeof record>>) =>
    stack.inputsOf(ROUTE).filter((route) => route["transitGatewayId"] !== undefined);

  it("is none unless it is asked for", async () => {
    const stack = await record();
    expect(stack.resources.filter(({ type }) => type.includes("ec2transitgateway"))).toEqual([]);
    expect(stack.outputs).toMatchObject({ transitGatewayId: "", transitPeeringIds: {} });
  });

  it("takes nobody in by itself", async () => {
    const { inputsOf } = await record({ transit: {} });
    expect(inputsOf("aws:ec2transitgateway/transitGateway:TransitGateway")).toMatchObject([
      {
        autoAcceptSharedAttachments: "disable",
        defaultRouteTableAssociation: "disable",
        defaultRouteTablePropagation: "disable",
        amazonSideAsn: 64512,
      },
    ]);
  });

  it("is asked for by one region, which routes nothing before the other has answered", async () => {
    const transit = { gateways, peerings: [pair] };
    const one = await record({ transit }, asking);
    const other = await record({ transit });
    expect(one.inputsOf("aws:ec2transitgateway/peeringAttachment:PeeringAttachment")).toMatchObject([
      { peerTransitGatewayId: gateways["eu-west-1"], peerRegion: "eu-west-1" },
    ]);
    expect(one.outputs["transitPeeringIds"]).toEqual({ "eu-west-1": "transit-eu-west-1-asked-id" });
    expect([...over(one), ...over(other)]).toEqual([]);
    expect(kinds(other)).toEqual([]);
  });

  it("is answered by the other, and then both lead private subnets, and no others, to each other's block", async () => {
    const transit = { gateways, peerings: [{ ...pair, attachmentId }] };
    const one = await record({ transit }, asking);
    const other = await record({ transit });
    expect(other.inputsOf("aws:ec2transitgateway/peeringAttachmentAccepter:PeeringAttachmentAccepter")).toMatchObject([
      { transitGatewayAttachmentId: attachmentId },
    ]);
    for (const [stack, block] of [
      [one, "10.64.0.0/16"],
      [other, "10.65.0.0/16"],
    ] as const) {
      expect(over(stack).map(({ routeTableId }) => routeTableId)).toEqual(
        [1, 2, 3].map((zone) => `network-private-${zone}-id`),
      );
      for (const route of over(stack)) expect(route).toMatchObject({ destinationCidrBlock: block });
      expect(stack.inputsOf("aws:ec2transitgateway/route:Route")).toMatchObject([{ destinationCidrBlock: block }]);
    }
  });
});
