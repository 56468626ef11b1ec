import type { Properties } from "../../../sandbox/model/values.ts";
import type { Engine } from "../../sandbox/protocolClient.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";

export interface OriginInput {
  readonly region: string;
  readonly endpointArn: string;
  readonly dnsName: string;
  readonly hostedZoneId: string;
}

/** Makes a load balancer in a region, and answers it as an origin. */
export async function makeOrigin(engine: Engine, region: string): Promise<OriginInput> {
  const make = (type: string, inputs: Properties) => engine.create(type, { ...inputs, region });
  const vpc = await make(VPC, { cidrBlock: "10.0.0.0/16" });
  const subnet = { vpcId: vpc.id, cidrBlock: "10.0.1.0/24", availabilityZone: `${region}a` };
  const { id } = await make(SUBNET, subnet);
  const door = { name: "door", loadBalancerType: "network", internal: true, subnets: [id] };
  const { outputs } = await make(BALANCER, door);
  return {
    region,
    endpointArn: String(outputs["arn"]),
    dnsName: String(outputs["dnsName"]).toLowerCase(),
    hostedZoneId: String(outputs["zoneId"]),
  };
}

/** An origin that exists nowhere, for what is only registered or refused. */
export function inventedOrigin(region: string): OriginInput {
  return {
    region,
    endpointArn: `arn:aws:elasticloadbalancing:${region}:123456789012:loadbalancer/net/door/0123456789abcdef`,
    dnsName: `door-0123456789abcdef.elb.${region}.amazonaws.com`,
    hostedZoneId: "Z32O12XQLNTSW2",
  };
}
