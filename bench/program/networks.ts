import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type { MeasuredStack } from "./measuredStack.ts";

/** So many resources come of one network; a stack of another size is refused, so that counts in the report are exact. */
const RESOURCES_A_NETWORK = 10;

const ZONES = ["a", "b", "c"];
const WEB_PORTS = [80, 443];

/**
 * Declares networks with subnets, routes and firewalls: ordinary resources that depend on each other, of types that rules
 * of the pack read and compare. Another generation changes the tags of two resources in ten, in place.
 *
 * @throws RangeError for a count that is not a multiple of ten.
 */
export function declareNetworks(stack: MeasuredStack): { readonly generation: number; readonly networks: number } {
  const networks = stack.resources / RESOURCES_A_NETWORK;
  if (!Number.isInteger(networks)) throw new RangeError(`${stack.resources} is no multiple of ${RESOURCES_A_NETWORK}`);
  for (let index = 0; index < networks; index += 1) declareNetwork(`network-${index}`, index, stack);
  return { generation: stack.generation, networks };
}

function declareNetwork(name: string, index: number, stack: MeasuredStack): void {
  const tags = tagsOf(stack);
  const changing = { ...tags, generation: String(stack.generation) };
  const prefix = `10.${index}`;
  const vpc = new Vpc(name, { cidrBlock: `${prefix}.0.0/16`, enableDnsSupport: true, tags: changing });
  const [first] = ZONES.map(
    (zone, at) =>
      new Subnet(`${name}-${zone}`, {
        vpcId: vpc.id,
        cidrBlock: `${prefix}.${at}.0/24`,
        availabilityZone: `${stack.region}${zone}`,
        tags,
      }),
  );
  const routes = new RouteTable(`${name}-routes`, { vpcId: vpc.id, tags });
  if (first !== undefined) new RouteTableAssociation(`${name}-routes`, { routeTableId: routes.id, subnetId: first.id });
  const group = new SecurityGroup(`${name}-web`, { vpcId: vpc.id, description: "web", tags: changing });
  const open = { securityGroupId: group.id, cidrIpv4: "0.0.0.0/0", tags };
  for (const port of WEB_PORTS) {
    new SecurityGroupIngressRule(`${name}-${port}`, { ...open, ipProtocol: "tcp", fromPort: port, toPort: port });
  }
  new SecurityGroupEgressRule(`${name}-out`, { ...open, ipProtocol: "-1" });
}

/** The tags that the pack asks for. */
function tagsOf({ environment, stackSet }: MeasuredStack): Readonly<Record<string, string>> {
  return {
    "meridian:owner": "bench",
    "meridian:cost-centre": "bench",
    "meridian:environment": environment,
    "meridian:stack-set": stackSet,
  };
}
