import type { Properties } from "../../sandbox/model/values.ts";
import type { Made, Workshop } from "./conformance.ts";
import type { StateAnswer } from "./protocolClient.ts";

const VPC = "aws:ec2/vpc:Vpc";
export const SUBNET = "aws:ec2/subnet:Subnet";
export const GROUP = "aws:ec2/securityGroup:SecurityGroup";
export const GATEWAY = "aws:ec2/internetGateway:InternetGateway";
export const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
export const TARGETS = "aws:lb/targetGroup:TargetGroup";
export const LISTENER = "aws:lb/listener:Listener";
export const RULE = "aws:lb/listenerRule:ListenerRule";

export const nobody = "arn:aws:elasticloadbalancing:eu-west-1:100000000001";
export const tagged: Properties = { tags: { team: "lobby" } };

export const stateOf = (made: Made, name: string): StateAnswer => {
  const state = made[name];
  if (state === undefined) throw new Error(`nothing was made that is called ${name}`);
  return state;
};
export const idOf = (made: Made, name: string): string => stateOf(made, name).id;

export const withNetwork = async ({ make }: Workshop): Promise<Made> => {
  const vpc = await make(VPC, { cidrBlock: "10.0.0.0/16" });
  const subnet = (n: number, zone: string): Promise<StateAnswer> =>
    make(SUBNET, { vpcId: vpc.id, cidrBlock: `10.0.${n}.0/24`, availabilityZone: `eu-west-1${zone}` });
  const group = await make(GROUP, { vpcId: vpc.id, name: "door" });
  return {
    vpc,
    group,
    a: await subnet(1, "a"),
    b: await subnet(2, "b"),
    c: await subnet(3, "c"),
    a2: await subnet(4, "a"),
  };
};

export const balancer = (made: Made, more: Properties = {}): Properties => ({
  name: "door",
  internal: true,
  loadBalancerType: "application",
  subnets: [idOf(made, "a"), idOf(made, "b")],
  securityGroups: [idOf(made, "group")],
  ...more,
});
export const networkBalancer = (made: Made): Properties =>
  balancer(made, { name: "relay", loadBalancerType: "network" });
export const targets = (made: Made, name: string, more: Properties = {}): Properties => ({
  name,
  port: 30_000,
  protocol: "HTTP",
  vpcId: idOf(made, "vpc"),
  ...more,
});
export const weighted = (made: Made, blue: number, green: number): Properties => ({
  type: "forward",
  forward: {
    targetGroups: [
      { arn: idOf(made, "blue"), weight: blue },
      { arn: idOf(made, "green"), weight: green },
    ],
  },
});

export const withTargets = async (workshop: Workshop): Promise<Made> => {
  const network = await withNetwork(workshop);
  return {
    ...network,
    door: await workshop.make(BALANCER, balancer(network)),
    relay: await workshop.make(BALANCER, networkBalancer(network)),
    blue: await workshop.make(TARGETS, targets(network, "blue")),
    green: await workshop.make(TARGETS, targets(network, "green")),
    datagrams: await workshop.make(TARGETS, targets(network, "datagrams", { protocol: "UDP" })),
  };
};

export const withListener = async (workshop: Workshop): Promise<Made> => {
  const made = await withTargets(workshop);
  const forward = { loadBalancerArn: idOf(made, "door"), port: 80, defaultActions: [weighted(made, 100, 0)] };
  return { ...made, listener: await workshop.make(LISTENER, forward) };
};

export const redirect = (settings: Properties): Properties => ({
  defaultActions: [{ type: "redirect", redirect: { statusCode: "HTTP_301", ...settings } }],
});
export const paths = (...values: readonly string[]): Properties => ({ conditions: [{ pathPattern: { values } }] });

export function toDatagrams(made: Made): Properties {
  return { type: "forward", targetGroupArn: idOf(made, "datagrams") };
}
