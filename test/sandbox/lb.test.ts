import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import type { Engine, StateAnswer } from "./protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

const VPC = "aws:ec2/vpc:Vpc";
const SUBNET = "aws:ec2/subnet:Subnet";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";
const GATEWAY = "aws:ec2/internetGateway:InternetGateway";
const BALANCER = "aws:lb/loadBalancer:LoadBalancer";
const TARGETS = "aws:lb/targetGroup:TargetGroup";
const LISTENER = "aws:lb/listener:Listener";
const RULE = "aws:lb/listenerRule:ListenerRule";

const nobody = "arn:aws:elasticloadbalancing:eu-west-1:100000000001";
const tagged: Properties = { tags: { team: "lobby" } };

const stateOf = (made: Made, name: string): StateAnswer => {
  const state = made[name];
  if (state === undefined) throw new Error(`nothing was made that is called ${name}`);
  return state;
};
const idOf = (made: Made, name: string): string => stateOf(made, name).id;

const withNetwork = async ({ make }: Workshop): Promise<Made> => {
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

const balancer = (made: Made, more: Properties = {}): Properties => ({
  name: "door",
  internal: true,
  loadBalancerType: "application",
  subnets: [idOf(made, "a"), idOf(made, "b")],
  securityGroups: [idOf(made, "group")],
  ...more,
});
const networkBalancer = (made: Made): Properties => balancer(made, { name: "relay", loadBalancerType: "network" });
const targets = (made: Made, name: string, more: Properties = {}): Properties => ({
  name,
  port: 30_000,
  protocol: "HTTP",
  vpcId: idOf(made, "vpc"),
  ...more,
});
const weighted = (made: Made, blue: number, green: number): Properties => ({
  type: "forward",
  forward: {
    targetGroups: [
      { arn: idOf(made, "blue"), weight: blue },
      { arn: idOf(made, "green"), weight: green },
    ],
  },
});

const withTargets = async (workshop: Workshop): Promise<Made> => {
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

const withListener = async (workshop: Workshop): Promise<Made> => {
  const made = await withTargets(workshop);
  const forward = { loadBalancerArn: idOf(made, "door"), port: 80, defaultActions: [weighted(made, 100, 0)] };
  return { ...made, listener: await workshop.make(LISTENER, forward) };
};

const redirect = (settings: Properties): Properties => ({
  defaultActions: [{ type: "redirect", redirect: { statusCode: "HTTP_301", ...settings } }],
});
const paths = (...values: readonly string[]): Properties => ({ conditions: [{ pathPattern: { values } }] });

const cases: readonly ConformanceCase[] = [
  {
    type: BALANCER,
    needs: withNetwork,
    smallest: (made) => balancer(made),
    id: /^arn:aws:elasticloadbalancing:eu-west-1:\d{12}:loadbalancer\/app\/door\/[0-9a-f]{16}$/,
    outputs: {
      arn: /:loadbalancer\/app\/door\//,
      arnSuffix: /^app\/door\/[0-9a-f]{16}$/,
      dnsName: /^internal-door-[0-9a-f]{16}\.eu-west-1\./,
      vpcId: /^vpc-/,
      zoneId: /^Z[0-9A-F]{13}$/,
      ipAddressType: "ipv4",
    },
    change: (made) => ({ subnets: [idOf(made, "b"), idOf(made, "c")], idleTimeout: 120, ...tagged }),
    replace: { name: "other" },
    spoiled: [
      { name: "a name of 33 characters", with: { name: "d".repeat(33) }, code: "ValidationError" },
      { name: "a name that ends in a hyphen", with: { name: "door-" }, code: "ValidationError" },
      { name: "a name that AWS keeps for itself", with: { name: "internal-door" }, code: "ValidationError" },
      { name: "a type there is not", with: { loadBalancerType: "classic" }, code: "ValidationError" },
      { name: "no subnets", with: { subnets: null }, code: "ValidationError", property: "subnets" },
      {
        name: "a subnet that does not exist",
        with: (made) => ({ subnets: [idOf(made, "a"), "subnet-0"] }),
        code: "SubnetNotFound",
        at: "create",
      },
      { name: "one zone", with: (made) => ({ subnets: [idOf(made, "a")] }), code: "ValidationError", at: "create" },
      {
        name: "two subnets of one zone",
        with: (made) => ({ subnets: [idOf(made, "a"), idOf(made, "a2"), idOf(made, "b")] }),
        code: "InvalidConfigurationRequest",
        at: "create",
      },
      { name: "to be public without a way out", with: { internal: false }, code: "InvalidSubnet", at: "create" },
      {
        name: "a security group that does not exist",
        with: { securityGroups: ["sg-0"] },
        code: "InvalidSecurityGroup",
        at: "create",
      },
      {
        name: "a bucket that does not exist",
        with: { accessLogs: { bucket: "nowhere", enabled: true } },
        code: "InvalidConfigurationRequest",
        at: "create",
      },
      { name: "an idle timeout of two hours", with: { idleTimeout: 7200 }, code: "ValidationError" },
      { name: "a tag of AWS's own", with: { tags: { "aws:team": "lobby" } }, code: "ValidationError" },
    ],
    taken: { code: "DuplicateLoadBalancerName" },
  },
  {
    type: TARGETS,
    needs: withTargets,
    smallest: (made, n) => targets(made, `lobby-${n}`),
    id: /^arn:aws:elasticloadbalancing:eu-west-1:\d{12}:targetgroup\/lobby-\d+\/[0-9a-f]{16}$/,
    outputs: {
      arn: /:targetgroup\//,
      arnSuffix: /^targetgroup\/lobby-\d+\/[0-9a-f]{16}$/,
      targetType: "instance",
      deregistrationDelay: 300,
      protocolVersion: "HTTP1",
    },
    change: { deregistrationDelay: 60, healthCheck: { path: "/healthz", interval: 10, timeout: 10 }, ...tagged },
    replace: { port: 30_001, name: "other" },
    spoiled: [
      { name: "no network", with: { vpcId: null }, code: "ValidationError" },
      { name: "no port", with: { port: null }, code: "ValidationError" },
      { name: "port 0", with: { port: 0 }, code: "ValidationError" },
      { name: "a protocol there is not", with: { protocol: "SCTP" }, code: "ValidationError" },
      { name: "a network that does not exist", with: { vpcId: "vpc-0" }, code: "ValidationError", at: "create" },
      { name: "a name of 33 characters", with: { name: "d".repeat(33) }, code: "ValidationError" },
      { name: "a draining of two hours", with: { deregistrationDelay: 7200 }, code: "ValidationError" },
      { name: "a function with a port", with: { targetType: "lambda" }, code: "ValidationError", property: "port" },
      { name: "a slow start of ten seconds", with: { slowStart: 10 }, code: "ValidationError" },
      {
        name: "a health check over TCP for HTTP",
        with: { healthCheck: { protocol: "TCP" } },
        code: "ValidationError",
        property: "healthCheck.protocol",
      },
      {
        name: "a path for a health check over TCP",
        with: { protocol: "UDP", healthCheck: { protocol: "TCP", path: "/" } },
        code: "ValidationError",
        property: "healthCheck.path",
      },
      {
        name: "a health check that takes longer than its interval",
        with: { healthCheck: { interval: 5, timeout: 6 } },
        code: "ValidationError",
        property: "healthCheck.timeout",
      },
      {
        name: "a health check of one success",
        with: { healthCheck: { healthyThreshold: 1 } },
        code: "ValidationError",
        property: "healthCheck.healthyThreshold",
      },
      {
        name: "a version of HTTP for UDP",
        with: { protocolVersion: "GRPC", protocol: "UDP" },
        code: "ValidationError",
      },
    ],
    dependant: {
      type: LISTENER,
      inputs: (group, made) => ({
        loadBalancerArn: idOf(made, "door"),
        port: 81,
        defaultActions: [{ type: "forward", targetGroupArn: group.id }],
      }),
      code: "ResourceInUse",
    },
    taken: { code: "DuplicateTargetGroupName" },
  },
  {
    type: LISTENER,
    needs: withTargets,
    smallest: (made) => ({
      loadBalancerArn: idOf(made, "door"),
      port: 80,
      protocol: "HTTP",
      defaultActions: [weighted(made, 100, 0)],
    }),
    id: /^arn:aws:elasticloadbalancing:eu-west-1:\d{12}:listener\/app\/door\/[0-9a-f]{16}\/[0-9a-f]{16}$/,
    outputs: { arn: /:listener\/app\//, sslPolicy: "" },
    change: (made) => ({ defaultActions: [weighted(made, 0, 100)], ...tagged }),
    replace: (made) => ({ loadBalancerArn: idOf(made, "relay"), protocol: "UDP", defaultActions: [toDatagrams(made)] }),
    spoiled: [
      { name: "no actions", with: { defaultActions: null }, code: "ValidationError" },
      { name: "port 65536", with: { port: 65_536 }, code: "ValidationError" },
      { name: "UDP at an application balancer", with: { protocol: "UDP" }, code: "ValidationError", at: "create" },
      {
        name: "a balancer that does not exist",
        with: { loadBalancerArn: `${nobody}:loadbalancer/app/door/0` },
        code: "LoadBalancerNotFound",
        at: "create",
      },
      {
        name: "a target group that does not exist",
        with: { defaultActions: [{ type: "forward", targetGroupArn: `${nobody}:targetgroup/blue/0` }] },
        code: "TargetGroupNotFound",
        at: "create",
      },
      {
        name: "a weight of 1000",
        with: (made) => ({ defaultActions: [weighted(made, 1000, 0)] }),
        code: "ValidationError",
        property: "defaultActions[0].forward.targetGroups[0].weight",
      },
      {
        name: "one target group twice",
        with: (made) => ({ defaultActions: [weighted({ ...made, green: stateOf(made, "blue") }, 1, 1)] }),
        code: "ValidationError",
        property: "defaultActions[0]",
      },
      {
        name: "a target group of another protocol",
        with: (made) => ({ defaultActions: [toDatagrams(made)] }),
        code: "IncompatibleProtocols",
        at: "create",
      },
      {
        name: "a redirect to itself",
        with: redirect({}),
        code: "InvalidLoadBalancerAction",
        property: "defaultActions[0]",
      },
      {
        name: "a redirect by another status",
        with: redirect({ port: "443", statusCode: "HTTP_307" }),
        code: "ValidationError",
        property: "defaultActions[0].redirect.statusCode",
      },
      {
        name: "an action without its settings",
        with: { defaultActions: [{ type: "forward" }] },
        code: "ValidationError",
        property: "defaultActions[0]",
      },
      {
        name: "encryption without a certificate",
        with: { protocol: "HTTPS" },
        code: "ValidationError",
        property: "certificateArn",
      },
      {
        name: "a certificate that is none",
        with: { certificateArn: "lobby.example.com", protocol: "HTTPS" },
        code: "CertificateNotFound",
      },
      {
        name: "a certificate of another region",
        with: { certificateArn: "arn:aws:acm:us-east-1:100000000001:certificate/1", protocol: "HTTPS" },
        code: "CertificateNotFound",
        at: "create",
      },
      {
        name: "a policy for TLS there is not",
        with: {
          sslPolicy: "TLS-1.3",
          protocol: "HTTPS",
          certificateArn: "arn:aws:acm:us-east-1:100000000001:certificate/1",
        },
        code: "SSLPolicyNotFound",
      },
    ],
    taken: { code: "DuplicateListener" },
  },
  {
    type: RULE,
    needs: withListener,
    smallest: (made) => ({
      listenerArn: idOf(made, "listener"),
      priority: 10,
      ...paths("/api/*"),
      actions: [weighted(made, 100, 0)],
    }),
    id: /^arn:aws:elasticloadbalancing:eu-west-1:\d{12}:listener-rule\/app\/door(\/[0-9a-f]{16}){3}$/,
    outputs: { arn: /:listener-rule\/app\// },
    change: (made) => ({ actions: [weighted(made, 0, 100)], ...tagged }),
    spoiled: [
      { name: "priority 0", with: { priority: 0 }, code: "ValidationError" },
      { name: "no conditions", with: { conditions: [] }, code: "ValidationError" },
      {
        name: "six paths",
        with: paths("/a", "/b", "/c", "/d", "/e", "/f"),
        code: "ValidationError",
        property: "conditions",
      },
      {
        name: "a path with a space",
        with: paths("/api /*"),
        code: "ValidationError",
        property: "conditions[0].pathPattern.values[0]",
      },
      {
        name: "two kinds in one condition",
        with: { conditions: [{ pathPattern: { values: ["/"] }, hostHeader: { values: ["a.example"] } }] },
        code: "ValidationError",
        property: "conditions[0]",
      },
      {
        name: "a source that is no block of addresses",
        with: { conditions: [{ sourceIp: { values: ["10.0.0.1"] } }] },
        code: "ValidationError",
        property: "conditions[0].sourceIp.values[0]",
      },
      {
        name: "a listener that does not exist",
        with: { listenerArn: `${nobody}:listener/app/door/0/0` },
        code: "ListenerNotFound",
        at: "create",
      },
      {
        name: "a target group of another protocol",
        with: (made) => ({ actions: [toDatagrams(made)] }),
        code: "IncompatibleProtocols",
        at: "create",
      },
    ],
    taken: { code: "PriorityInUse" },
  },
];

function toDatagrams(made: Made): Properties {
  return { type: "forward", targetGroupArn: idOf(made, "datagrams") };
}

conformance(cases);

describe("balancers and what is behind them", () => {
  let sandbox: TestSandbox;
  let account = 300_000_000_000;
  beforeAll(async () => {
    sandbox = await startTestSandbox();
  });
  afterAll(() => sandbox.end());

  /** Makes what `needs` says in an account that no other test has. */
  const begin = async (needs: (workshop: Workshop) => Promise<Made>): Promise<{ engine: Engine; made: Made }> => {
    account += 1;
    const configuration = { region: "eu-west-1", allowedAccountIds: [String(account)] };
    const engine = await sandbox.engine({ configuration });
    return { engine, made: await needs({ engine, make: engine.create, next: () => account }) };
  };

  it("keep their subnets and security groups from being deleted", async () => {
    const { engine, made } = await begin(withTargets);
    await expect(engine.remove(SUBNET, stateOf(made, "a"))).rejects.toThrow("DependencyViolation:");
    await expect(engine.remove(GROUP, stateOf(made, "group"))).rejects.toThrow("DependencyViolation:");
  });

  it("are not deleted while deletion protection is on, and are when it was switched off", async () => {
    const { engine, made } = await begin(withNetwork);
    const guarded = await engine.create(BALANCER, balancer(made, { enableDeletionProtection: true }));
    await expect(engine.remove(BALANCER, guarded)).rejects.toThrow("OperationNotPermitted:");
    const open = await engine.update(BALANCER, guarded, balancer(made));
    await engine.remove(BALANCER, open);
    expect(await engine.read(BALANCER, open.id, open)).toBeUndefined();
  });

  it("take their listeners and rules along", async () => {
    const { engine, made } = await begin(withListener);
    const listenerArn = idOf(made, "listener");
    const rule = await engine.create(RULE, { listenerArn, ...paths("/api/*"), actions: [weighted(made, 1, 1)] });
    expect(rule.outputs["priority"]).toBe(1);
    const next = await engine.create(RULE, { listenerArn, ...paths("/v2/*"), actions: [weighted(made, 1, 1)] });
    expect(next.outputs["priority"]).toBe(2);
    await engine.remove(BALANCER, stateOf(made, "door"));
    expect(await engine.read(LISTENER, listenerArn)).toBeUndefined();
    expect(await engine.read(RULE, rule.id)).toBeUndefined();
    await engine.remove(TARGETS, stateOf(made, "blue"));
  });

  it("share no target group", async () => {
    const { engine, made } = await begin(withListener);
    const second = await engine.create(BALANCER, balancer(made, { name: "second" }));
    const attempt = engine.create(LISTENER, {
      loadBalancerArn: second.id,
      port: 80,
      defaultActions: [weighted(made, 1, 1)],
    });
    await expect(attempt).rejects.toThrow("TargetGroupAssociationLimit:");
  });

  it("of type network have no rules, redirect nothing, and speak no HTTP", async () => {
    const { engine, made } = await begin(withTargets);
    const at = { loadBalancerArn: idOf(made, "relay"), port: 7777, defaultActions: [toDatagrams(made)] };
    await expect(engine.create(LISTENER, { ...at, protocol: "HTTP" })).rejects.toThrow("ValidationError:");
    const moved = redirect({ port: "443" });
    await expect(engine.create(LISTENER, { ...at, protocol: "TCP", ...moved })).rejects.toThrow(
      "InvalidLoadBalancerAction:",
    );
    const listener = await engine.create(LISTENER, { ...at, protocol: "UDP" });
    const rule = { listenerArn: listener.id, ...paths("/"), actions: [toDatagrams(made)] };
    await expect(engine.create(RULE, rule)).rejects.toThrow("ValidationError:");
  });

  it("of type network grow in place, and are replaced when they lose a subnet or gain their first security group", async () => {
    const { engine, made } = await begin(withNetwork);
    const olds = { ...networkBalancer(made), securityGroups: [] };
    const diff = async (change: Properties) =>
      (await engine.diff(BALANCER, "relay", olds, { ...olds, ...change })).replaces;
    expect(await diff({ subnets: ["a", "b", "c"].map((name) => idOf(made, name)) })).toEqual([]);
    expect(await diff({ subnets: [idOf(made, "a")] })).toEqual(["subnets"]);
    expect(await diff({ securityGroups: [idOf(made, "group")] })).toEqual(["securityGroups"]);
  });

  it("are public when their network has a way out, and read their security group from it", async () => {
    const { engine, made } = await begin(withNetwork);
    await engine.create(GATEWAY, { vpcId: idOf(made, "vpc") });
    const { securityGroups: _, ...open } = balancer(made, { internal: false });
    const door = await engine.create(BALANCER, open);
    expect(door.outputs["dnsName"]).toMatch(/^door-/);
    expect(door.outputs["securityGroups"]).toEqual([stateOf(made, "vpc").outputs["defaultSecurityGroupId"]]);
  });

  it("find target groups in any order the same", async () => {
    const { engine, made } = await begin(withTargets);
    const forward = (groups: readonly Properties[]): Properties => ({
      loadBalancerArn: idOf(made, "door"),
      port: 80,
      defaultActions: [{ type: "forward", forward: { targetGroups: groups } }],
    });
    const blue = { arn: idOf(made, "blue"), weight: 1 };
    const green = { arn: idOf(made, "green"), weight: 0 };
    const answer = await engine.diff(LISTENER, "listener", forward([blue, green]), forward([green, { arn: blue.arn }]));
    expect(answer.changes).toBe(false);
  });
});
