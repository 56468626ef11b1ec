import { expect, it } from "vitest";
import { createJudge, createStackIndex, type JudgedResource, type KnownResource, pack } from "../../policies/index.ts";
import { known } from "./support/wholeStack.ts";

const context = { environment: "production", project: "game", stack: "dev", phase: "up" } as const;

/** The rules over several resources as they are, and the same compared with every resource of the stack. */
const rules = pack.rules.filter(({ check }) => "on" in check && check.on === "stack");
const narrow = createJudge({ name: "p", version: "1.0.0", rules });
const wide = createJudge({
  name: "p",
  version: "1.0.0",
  rules: rules.map((rule) => ({
    ...rule,
    check: { ...rule.check, keysOf: () => ["any"], ways: "connected", alike: false } as typeof rule.check, // of a stack, as filtered above
  })),
});

/** Numbers from 0 to 1 that are the same in each run (Park and Miller's generator). */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** One of a few resources of each type, with references to others of them by id or by name; many are wrong. */
function draw(next: () => number): KnownResource {
  const pick = (count: number) => Math.floor(next() * count);
  const id = (of: string) => `${of}-${pick(4)}-id`;
  const makes: readonly (() => KnownResource)[] = [
    () => known("aws:ec2/subnet:Subnet", `subnet-${pick(4)}`, { availabilityZone: `zone-${pick(3)}` }),
    () =>
      known("aws:ec2/natGateway:NatGateway", `nat-${pick(4)}`, {
        availabilityMode: pick(5) === 0 ? "regional" : "zonal",
      }),
    () =>
      known(
        "aws:ec2/routeTable:RouteTable",
        `table-${pick(4)}`,
        pick(2) === 0 ? {} : { routes: [{ natGatewayId: id("nat") }] },
      ),
    () => known("aws:ec2/route:Route", `route-${pick(6)}`, { natGatewayId: id("nat"), routeTableId: id("table") }),
    () =>
      known("aws:ec2/routeTableAssociation:RouteTableAssociation", `within-${pick(6)}`, {
        routeTableId: id("table"),
        subnetId: id("subnet"),
      }),
    () => known("aws:rds/subnetGroup:SubnetGroup", `group-${pick(4)}`, { subnetIds: [id("subnet"), id("subnet")] }),
    () =>
      known("aws:lb/loadBalancer:LoadBalancer", `lb-${pick(4)}`, {
        internal: pick(2) === 0,
        subnets: [id("subnet"), id("subnet")],
      }),
    () =>
      known("aws:lb/listener:Listener", `listener-${pick(4)}`, {
        loadBalancerArn: id("lb"),
        protocol: pick(2) === 0 ? "HTTP" : "HTTPS",
      }),
    () => known("aws:sqs/queue:Queue", `queue-${pick(4)}`, { visibilityTimeoutSeconds: 30 * pick(8) }),
    () => known("aws:lambda/function:Function", `run-${pick(4)}`, { timeout: 10 * pick(4) }),
    () =>
      known("aws:lambda/eventSourceMapping:EventSourceMapping", `mapping-${pick(4)}`, {
        eventSourceArn: id("queue"),
        functionName: id("run"),
      }),
  ];
  return (makes[pick(makes.length)] ?? (() => known("test:index:Thing", "none", {})))();
}

it.each([1, 2, 3, 4, 5])("finds at each step what a comparison with everything finds (stack %i)", (seed) => {
  const next = numbersFrom(seed);
  const siblings = createStackIndex();
  let found = 0;
  for (let step = 0; step < 400; step += 1) {
    const resource: JudgedResource = { ...draw(next), step: "update", secrets: [], protect: false };
    const all = wide.judgeResource(resource, { ...context, siblings });
    expect(narrow.judgeResource(resource, { ...context, siblings })).toEqual(all);
    found += all.length;
    if (next() < 0.3) siblings.remove(resource);
    else siblings.put(resource);
  }
  expect(found).toBeGreaterThan(20);
});

it("finds no resource by what it said before it changed", () => {
  const rule = rules.find(({ name }) => name === "security-no-clear-listener");
  const judge = createJudge({ name: "p", version: "1.0.0", rules: rule === undefined ? [] : [rule] });
  const listener = (of: string) => known("aws:lb/listener:Listener", "door", { loadBalancerArn: of, protocol: "HTTP" });
  const balancer = known("aws:lb/loadBalancer:LoadBalancer", "one", { internal: false });
  const step = { ...balancer, step: "update", secrets: [], protect: false } as const;
  const siblings = createStackIndex([listener("one-id")]);
  expect(judge.judgeResource(step, { ...context, siblings })).toHaveLength(1);
  siblings.put(listener("other-id"));
  expect(judge.judgeResource(step, { ...context, siblings })).toEqual([]);
  siblings.put(listener("one-id"));
  siblings.remove(listener("one-id"));
  expect(judge.judgeResource(step, { ...context, siblings })).toEqual([]);
});
