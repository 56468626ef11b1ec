import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const ACCELERATOR = "aws:globalaccelerator/accelerator:Accelerator";
const LISTENER = "aws:globalaccelerator/listener:Listener";
const GROUP = "aws:globalaccelerator/endpointGroup:EndpointGroup";
const CUSTOM_ACCELERATOR = "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator";
const CUSTOM_LISTENER = "aws:globalaccelerator/customRoutingListener:CustomRoutingListener";
const CUSTOM_GROUP = "aws:globalaccelerator/customRoutingEndpointGroup:CustomRoutingEndpointGroup";

const INVALID = "InvalidArgumentException";
const idOf = (made: Made, name: string): string => made[name]?.id ?? "";
const ports = (fromPort: number, toPort = fromPort): Properties => ({ portRanges: [{ fromPort, toPort }] });
const nobody = "arn:aws:globalaccelerator::100000000001:accelerator/nobody";

const withAccelerators =
  (type: string) =>
  async ({ make }: Workshop): Promise<Made> => ({
    accelerator: await make(type, { name: "entry" }),
    other: await make(type, { name: "other" }),
  });

/** An accelerator with two listeners, and a load balancer and a subnet in two regions. */
const withListeners =
  (kind: { accelerator: string; listener: string; more: Properties }) =>
  async ({ make }: Workshop): Promise<Made> => {
    const accelerator = await make(kind.accelerator, { name: "entry" });
    const listen = (port: number) =>
      make(kind.listener, { acceleratorArn: accelerator.id, ...ports(port), ...kind.more });
    const place = async (region: string) => {
      const vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16", region });
      const inZone = { vpcId: vpc.id, cidrBlock: "10.0.1.0/24", availabilityZone: `${region}a`, region };
      const subnet = await make("aws:ec2/subnet:Subnet", inZone);
      const door = { name: "door", loadBalancerType: "network", internal: true, subnets: [subnet.id], region };
      return { subnet, balancer: await make("aws:lb/loadBalancer:LoadBalancer", door) };
    };
    const [near, far] = [await place("eu-west-1"), await place("us-east-1")];
    return {
      listener: await listen(443),
      second: await listen(8443),
      balancer: near.balancer,
      subnet: near.subnet,
      farBalancer: far.balancer,
      farSubnet: far.subnet,
    };
  };

const standard = withListeners({ accelerator: ACCELERATOR, listener: LISTENER, more: { protocol: "TCP" } });
const custom = withListeners({ accelerator: CUSTOM_ACCELERATOR, listener: CUSTOM_LISTENER, more: {} });

const accelerator = (type: string, listener: string, more: Properties): ConformanceCase => ({
  type,
  smallest: () => ({ name: "entry" }),
  id: /^arn:aws:globalaccelerator::\d{12}:accelerator\/[0-9a-f-]{36}$/,
  outputs: {
    arn: /:accelerator\//,
    dnsName: /^a[0-9a-f]{16}\./,
    hostedZoneId: /^Z2BJ6XQ5FK7U4H$/,
    dualStackDnsName: /^$/,
  },
  change: { name: "door", enabled: false, ipAddressType: "DUAL_STACK", tags: { team: "lobby" } },
  dependant: {
    type: listener,
    inputs: ({ id }) => ({ acceleratorArn: id, ...ports(443), ...more }),
    code: "AssociatedListenerFoundException",
  },
  spoiled: [
    { name: "a kind of address there is not", with: { ipAddressType: "IPV6" }, code: INVALID },
    { name: "flow logs to nowhere", with: { attributes: { flowLogsEnabled: true } }, code: INVALID },
  ],
});

const cases: readonly ConformanceCase[] = [
  accelerator(ACCELERATOR, LISTENER, { protocol: "TCP" }),
  accelerator(CUSTOM_ACCELERATOR, CUSTOM_LISTENER, {}),
  {
    type: LISTENER,
    needs: withAccelerators(ACCELERATOR),
    smallest: (made) => ({ acceleratorArn: idOf(made, "accelerator"), protocol: "TCP", ...ports(443) }),
    id: /:accelerator\/[0-9a-f-]{36}\/listener\/[0-9a-f]{8}$/,
    outputs: { arn: /\/listener\//, clientAffinity: "NONE" },
    change: { clientAffinity: "SOURCE_IP", protocol: "UDP", ...ports(7777, 7780) },
    replace: (made) => ({ acceleratorArn: idOf(made, "other") }),
    taken: { code: "InvalidPortRangeException" },
    dependant: {
      type: GROUP,
      inputs: ({ id }) => ({ listenerArn: id }),
      code: "AssociatedEndpointGroupFoundException",
    },
    spoiled: [
      { name: "a protocol there is not", with: { protocol: "SCTP" }, code: INVALID },
      { name: "ports the wrong way round", with: ports(500, 400), code: "InvalidPortRangeException" },
      {
        name: "an accelerator that does not exist",
        with: { acceleratorArn: nobody },
        code: "AcceleratorNotFoundException",
        at: "create",
      },
    ],
  },
  {
    type: CUSTOM_LISTENER,
    needs: withAccelerators(CUSTOM_ACCELERATOR),
    smallest: (made) => ({ acceleratorArn: idOf(made, "accelerator"), ...ports(10_000, 20_000) }),
    id: /\/listener\/[0-9a-f]{8}$/,
    outputs: { arn: /\/listener\// },
    change: ports(10_000, 30_000),
    replace: (made) => ({ acceleratorArn: idOf(made, "other") }),
    taken: { code: "InvalidPortRangeException" },
    spoiled: [{ name: "no ports", with: { portRanges: [] }, code: INVALID }],
  },
  {
    type: GROUP,
    needs: standard,
    smallest: (made) => ({
      listenerArn: idOf(made, "listener"),
      endpointConfigurations: [{ endpointId: idOf(made, "balancer"), weight: 128 }],
    }),
    id: /\/listener\/[0-9a-f]{8}\/endpoint-group\/[0-9a-f]{12}$/,
    outputs: { endpointGroupRegion: /^eu-west-1$/, trafficDialPercentage: 100, thresholdCount: 3 },
    change: { trafficDialPercentage: 0 },
    replace: (made) => ({
      endpointGroupRegion: "us-east-1",
      endpointConfigurations: [{ endpointId: idOf(made, "farBalancer"), weight: 128 }],
    }),
    taken: { code: "EndpointGroupAlreadyExistsException" },
    spoiled: [
      { name: "a dial above 100", with: { trafficDialPercentage: 101 }, code: INVALID },
      { name: "an interval there is not", with: { healthCheckIntervalSeconds: 20 }, code: INVALID },
      {
        name: "a listener that does not exist",
        with: { listenerArn: nobody },
        code: "ListenerNotFoundException",
        at: "create",
      },
      {
        name: "a load balancer of another region",
        with: (made) => ({ endpointConfigurations: [{ endpointId: idOf(made, "farBalancer"), weight: 128 }] }),
        code: INVALID,
        at: "create",
      },
    ],
  },
  {
    type: CUSTOM_GROUP,
    needs: custom,
    smallest: (made) => ({
      listenerArn: idOf(made, "listener"),
      destinationConfigurations: [{ fromPort: 7777, toPort: 7800, protocols: ["UDP"] }],
      endpointConfigurations: [{ endpointId: idOf(made, "subnet") }],
    }),
    id: /\/endpoint-group\/[0-9a-f]{12}$/,
    outputs: { endpointGroupRegion: /^eu-west-1$/ },
    replace: (made) => ({
      endpointGroupRegion: "us-east-1",
      endpointConfigurations: [{ endpointId: idOf(made, "farSubnet") }],
    }),
    taken: { code: "EndpointGroupAlreadyExistsException" },
    spoiled: [
      { name: "no destination", with: { destinationConfigurations: [] }, code: INVALID },
      {
        name: "a subnet of another region",
        with: (made) => ({ endpointConfigurations: [{ endpointId: idOf(made, "farSubnet") }] }),
        code: INVALID,
        at: "create",
      },
    ],
  },
];

conformance(cases);
