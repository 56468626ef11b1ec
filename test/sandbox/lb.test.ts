import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";
import {
  BALANCER,
  balancer,
  GATEWAY,
  GROUP,
  idOf,
  LISTENER,
  networkBalancer,
  paths,
  RULE,
  redirect,
  SUBNET,
  stateOf,
  TARGETS,
  tagged,
  targets,
  toDatagrams,
  weighted,
  withListener,
  withNetwork,
  withTargets,
} from "./lbParts.ts";
import type { Engine } from "./protocolClient.ts";
import { startTestSandbox, type TestSandbox } from "./testSandbox.ts";

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
];

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

  it("stay within one network, with their groups and target groups", async () => {
    const { engine, made } = await begin(withListener);
    const other = await engine.create("aws:ec2/vpc:Vpc", { cidrBlock: "10.1.0.0/16" });
    const there = { vpcId: other.id, cidrBlock: "10.1.1.0/24", availabilityZone: "eu-west-1c" };
    const subnet = await engine.create(SUBNET, there);
    const group = await engine.create(GROUP, { vpcId: other.id, name: "other", description: "other" });
    const far = await engine.create(TARGETS, targets(made, "far", { vpcId: other.id }));
    const attempts = [
      engine.create(BALANCER, balancer(made, { name: "wide", subnets: [idOf(made, "a"), subnet.id] })),
      engine.create(BALANCER, balancer(made, { name: "guarded", securityGroups: [group.id] })),
      engine.create(LISTENER, {
        loadBalancerArn: idOf(made, "door"),
        port: 81,
        defaultActions: [{ type: "forward", targetGroupArn: far.id }],
      }),
    ];
    for (const attempt of attempts) await expect(attempt).rejects.toThrow("InvalidConfigurationRequest:");
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

  it("write access logs only to a bucket whose policy lets them", async () => {
    const { engine, made } = await begin(withNetwork);
    const bucket = await engine.create("aws:s3/bucket:Bucket", { bucket: "logs-of-the-door" });
    const door = balancer(made, { accessLogs: { bucket: bucket.id, enabled: true } });
    await expect(engine.create(BALANCER, door)).rejects.toThrow(
      "InvalidConfigurationRequest: Access Denied for bucket",
    );
    const allow = (Service: string): string =>
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [
          { Effect: "Allow", Principal: { Service }, Action: "s3:PutObject", Resource: `arn:aws:s3:::${bucket.id}/*` },
        ],
      });
    const policy = { bucket: bucket.id, policy: allow("cloudtrail.amazonaws.com") };
    const other = await engine.create("aws:s3/bucketPolicy:BucketPolicy", policy);
    await expect(engine.create(BALANCER, door)).rejects.toThrow(
      "InvalidConfigurationRequest: Access Denied for bucket",
    );
    await engine.update("aws:s3/bucketPolicy:BucketPolicy", other, {
      ...policy,
      policy: allow("logdelivery.elasticloadbalancing.amazonaws.com"),
    });
    expect((await engine.create(BALANCER, door)).outputs["arnSuffix"]).toMatch(/^app\/door\//);
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
