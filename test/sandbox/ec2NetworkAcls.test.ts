import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const ACL = "aws:ec2/networkAcl:NetworkAcl";
const EGRESS_ONLY = "aws:ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway";
const TABLE = "aws:ec2/routeTable:RouteTable";
const ROUTE = "aws:ec2/route:Route";

const rule = { ruleNo: 100, action: "allow", protocol: "-1", cidrBlock: "10.0.0.0/16", fromPort: 0, toPort: 0 };

function idOf(made: Made, name: string): string {
  const found = made[name];
  if (found === undefined) throw new Error(`the case made no ${name}`);
  return found.id;
}

const inTwoNetworks = async ({ make }: Workshop): Promise<Made> => {
  const [vpc, other] = [await make(VPC, { cidrBlock: "10.0.0.0/16" }), await make(VPC, { cidrBlock: "10.1.0.0/16" })];
  return {
    vpc,
    other,
    subnet: await make(SUBNET, { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" }),
    strange: await make(SUBNET, { vpcId: other.id, cidrBlock: "10.1.0.0/24" }),
  };
};

const cases: readonly ConformanceCase[] = [
  {
    type: ACL,
    needs: inTwoNetworks,
    smallest: (made) => ({ vpcId: idOf(made, "vpc") }),
    id: /^acl-[0-9a-f]{17}$/,
    outputs: { arn: /:network-acl\/acl-/, ownerId: /^\d{12}$/ },
    change: (made) => ({ subnetIds: [idOf(made, "subnet")], ingress: [rule], egress: [rule] }),
    replace: (made) => ({ vpcId: idOf(made, "other") }),
    spoiled: [
      { name: "two rules of one number", with: { ingress: [rule, rule] }, code: "NetworkAclEntryAlreadyExists" },
      {
        name: "an action there is not",
        with: { ingress: [{ ...rule, action: "drop" }] },
        code: "InvalidParameterValue",
        property: "ingress[0].action",
      },
      { name: "ports of every protocol", with: { egress: [{ ...rule, toPort: 443 }] }, code: "InvalidParameterValue" },
      {
        name: "a rule for nobody",
        with: { egress: [{ ruleNo: 100, action: "allow", protocol: "-1", fromPort: 0, toPort: 0 }] },
        code: "InvalidParameterCombination",
      },
      {
        name: "a subnet of another network",
        with: (made) => ({ subnetIds: [idOf(made, "strange")] }),
        code: "InvalidParameterValue",
        at: "create",
      },
    ],
  },
  {
    type: EGRESS_ONLY,
    needs: inTwoNetworks,
    smallest: (made) => ({ vpcId: idOf(made, "vpc") }),
    id: /^eigw-[0-9a-f]{17}$/,
    change: { tags: { team: "lobby" } },
    replace: (made) => ({ vpcId: idOf(made, "other") }),
    spoiled: [{ name: "an unknown network", with: { vpcId: "vpc-0" }, code: "InvalidVpcID.NotFound", at: "create" }],
  },
];

conformance(cases);

describe("IPv6 in a network", () => {
  let sandbox: TestSandbox;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  it("comes in place, gives its subnets their part, and stays while they have it", async () => {
    const engine = await sandbox.engine();
    const four = { cidrBlock: "10.0.0.0/16" };
    const both = { ...four, assignGeneratedIpv6CidrBlock: true };
    const vpc = await engine.create(VPC, four);
    expect(vpc.outputs["ipv6CidrBlock"]).toBe("");
    const grown = await engine.update(VPC, vpc, both);
    const block = String(grown.outputs["ipv6CidrBlock"]);
    expect(block).toMatch(/^2001:db8:[1-9a-f][0-9a-f]{3}:[1-9a-f][0-9a-f]00::\/56$/);
    const tagged = await engine.update(VPC, grown, { ...both, enableDnsHostnames: true });
    expect(tagged.outputs["ipv6CidrBlock"]).toBe(block);

    const subnet = { vpcId: vpc.id, cidrBlock: "10.0.0.0/24" };
    const outside = { ...subnet, ipv6CidrBlock: "2001:db8:1::/64" };
    await expect(engine.create(SUBNET, outside)).rejects.toThrow("InvalidSubnet.Range:");
    const inside = await engine.create(SUBNET, { ...subnet, ipv6CidrBlock: block.replace("00::/56", "01::/64") });
    const again = { ...subnet, cidrBlock: "10.0.1.0/24", ipv6CidrBlock: String(inside.outputs["ipv6CidrBlock"]) };
    await expect(engine.create(SUBNET, again)).rejects.toThrow("InvalidSubnet.Conflict:");

    await expect(engine.update(VPC, tagged, four)).rejects.toThrow("InvalidCidrBlock.InUse:");
    await engine.remove(SUBNET, inside);
    expect((await engine.update(VPC, tagged, four)).outputs["ipv6CidrBlock"]).toBe("");
  });

  it("leads out through an egress-only gateway that must exist", async () => {
    const engine = await sandbox.engine();
    const vpc = await engine.create(VPC, { cidrBlock: "10.0.0.0/16" });
    const table = await engine.create(TABLE, { vpcId: vpc.id });
    const route = { routeTableId: table.id, destinationIpv6CidrBlock: "::/0" };
    const nowhere = engine.create(ROUTE, { ...route, egressOnlyGatewayId: "eigw-0" });
    await expect(nowhere).rejects.toThrow("InvalidGatewayID.NotFound:");
    const gateway = await engine.create(EGRESS_ONLY, { vpcId: vpc.id });
    await engine.create(ROUTE, { ...route, egressOnlyGatewayId: gateway.id });
  });
});
