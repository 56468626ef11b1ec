import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  assume,
  assumptionNames,
  type PricedResource,
  priceBook,
  priceStack,
  providerRegions,
} from "../../pricing/index.ts";
import { catalog } from "../../programs/catalog.ts";
import { recordBlueprint } from "../programs/recordedStack.ts";
import { priced, UNKNOWN } from "./support/resources.ts";

const blueprints = Object.keys(catalog.blueprints) as readonly (keyof typeof catalog.blueprints)[]; // the keys of a literal
const home = { region: "us-east-1" };
const one = (resource: PricedResource, options = home) => {
  const [cost] = priceStack([resource], options).resources;
  if (cost === undefined) throw new Error("nothing was priced");
  return cost;
};
const template = priced(
  "aws:ec2/launchTemplate:LaunchTemplate",
  { blockDeviceMappings: [{ ebs: { volumeSize: 50, volumeType: "gp3" } }] },
  { id: "lt-1" },
);
const nodes = (scalingConfig: object, more: object = {}) =>
  priced("aws:eks/nodeGroup:NodeGroup", {
    instanceTypes: ["m5.large"],
    scalingConfig,
    launchTemplate: { id: "lt-1" },
    ...more,
  });

describe("the price of a resource", () => {
  it("of a NAT gateway is its hours and its data", () => {
    const cost = one(priced("aws:ec2/natGateway:NatGateway", { subnetId: "subnet-1" }));
    expect(cost.lines.map(({ monthly, unit, unitPrice }) => ({ monthly, unit, unitPrice }))).toEqual([
      { monthly: 32_850_000, unit: "hour", unitPrice: "0.045" },
      { monthly: 4_500_000, unit: "GB", unitPrice: "0.045" },
    ]);
    expect(cost.monthly).toBe(37_350_000);
  });

  it("of a group of nodes is that of its average size, with the disks of its launch template", () => {
    const { resources } = priceStack([template, nodes({ minSize: 2, maxSize: 4 })], home);
    const [lines] = resources.flatMap((cost) => (cost.lines.length > 0 ? [cost.lines] : []));
    expect(lines?.map(({ monthly }) => monthly)).toEqual([3 * 730 * 96_000, 3 * 50 * 80_000]);
  });

  it("of spot machines is less by what is assumed of them", () => {
    const spot = nodes({ minSize: 1, maxSize: 1 }, { capacityType: "SPOT" });
    const { monthly } = priceStack([template, spot], { ...home, assumptions: { spotDiscount: 0.5 } });
    expect(monthly).toBe(365 * 96_000 + 50 * 80_000);
  });

  it("is that of the region a resource names, and of the stack's where it names none", () => {
    const instance = { instanceType: "m5.large", rootBlockDevice: { volumeSize: 8, volumeType: "gp3" } };
    const machine = (inputs: object) => one(priced("aws:ec2/instance:Instance", { ...instance, ...inputs }));
    expect(machine({}).lines[0]?.unitPrice).toBe("0.096");
    expect(machine({ region: "eu-west-1" })).toMatchObject({
      region: "eu-west-1",
      lines: [{ unitPrice: "0.107" }, {}],
    });
  });

  it("by another region's prices says so", () => {
    const nat = priced("aws:ec2/natGateway:NatGateway", {});
    const { byFactor, byDearest, monthly } = priceStack([nat], { region: "eu-west-1" });
    expect([byFactor, byFactor > 37_350_000, byDearest]).toEqual([monthly, true, 0]);
  });

  it("that hangs on a value not known yet is listed as that, and hides no other", () => {
    const { monthly, unpriced } = priceStack(
      [
        priced("aws:ec2/natGateway:NatGateway", { subnetId: UNKNOWN }),
        priced("aws:ec2/instance:Instance", { instanceType: UNKNOWN }),
      ],
      home,
    );
    expect(monthly).toBe(37_350_000);
    expect(unpriced).toEqual([
      { type: "aws:ec2/instance:Instance", count: 1, why: "not known yet: instanceType is not known yet" },
    ]);
  });

  it("is never a silent zero: what is free says why, and so does what has no price", () => {
    expect(one(priced("aws:iam/role:Role", {})).free).toContain("IAM has no charge");
    expect(one(priced("aws:redshift/cluster:Cluster", {})).unpriced).toBe("the price book has no price for this type");
    expect(one(priced("aws:ec2/instance:Instance", { instanceType: "m5.enormous" })).unpriced).toBe(
      "no price of ec2/m5.enormous in us-east-1",
    );
  });

  it("of inputs of any shape is an answer, never an error", () => {
    const types = fc.constantFrom(...pricedSamples);
    fc.assert(
      fc.property(types, fc.object({ maxDepth: 3 }), (type, inputs) => {
        const { monthly, lines, unpriced, free } = one(priced(type, inputs));
        expect(Number.isSafeInteger(monthly) && monthly >= 0).toBe(true);
        expect(lines.length > 0 || unpriced !== undefined || free !== undefined).toBe(true);
      }),
    );
  });
});

const pricedSamples = [
  "aws:eks/nodeGroup:NodeGroup",
  "aws:ec2/instance:Instance",
  "aws:autoscaling/group:Group",
  "aws:dynamodb/table:Table",
  "aws:lb/loadBalancer:LoadBalancer",
  "aws:rds/instance:Instance",
  "aws:elasticache/replicationGroup:ReplicationGroup",
  "kubernetes:core/v1:Service",
  "aws:ebs/volume:Volume",
];

describe("the price of what is in no known region", () => {
  const nat = priced("aws:ec2/natGateway:NatGateway", {});

  it("is the dearest region's, and says why and which that is", () => {
    const { monthly, byDearest, byFactor, unpriced, regionAssumed } = priceStack([nat]);
    const everywhere = priceBook.regions.map((region) => priceStack([nat], { region }).monthly);
    expect([monthly, byDearest, byFactor]).toEqual([Math.max(...everywhere), monthly, 0]);
    expect(unpriced).toEqual([]);
    expect(regionAssumed).toEqual([
      { type: nat.type, count: 1, why: "no region is known: priced as in sa-east-1, the dearest" },
    ]);
  });

  it("is never below that of any region, whatever it is", () => {
    const samples = [
      priced("aws:ec2/instance:Instance", { instanceType: "m5.large" }),
      priced("aws:rds/instance:Instance", { engine: "postgres", instanceClass: "db.r6g.large", allocatedStorage: 9 }),
      priced("aws:elasticache/replicationGroup:ReplicationGroup", { nodeType: "cache.r7g.large" }),
      priced("aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", {}),
      priced("kubernetes:core/v1:Service", { spec: { type: "LoadBalancer" } }),
    ];
    for (const sample of samples) {
      const { monthly } = priceStack([sample]);
      for (const region of priceBook.regions)
        expect(monthly).toBeGreaterThanOrEqual(priceStack([sample], { region }).monthly);
    }
  });

  it("holds where the book has no price for the region, and not for what costs the same everywhere", () => {
    const cost = one(nat, { region: "eu-nowhere-1" });
    expect(cost.monthly).toBe(priceStack([nat]).monthly);
    expect(cost.lines.map(({ basis }) => basis)).toEqual(["dearest", "dearest"]);
    expect(cost.regionAssumed).toContain("no price of nat/hour in eu-nowhere-1: priced as in sa-east-1");
    const { byDearest, regionAssumed } = priceStack([priced("aws:eks/cluster:Cluster", {})]);
    expect([byDearest, regionAssumed]).toEqual([0, []]);
  });
});

describe("the region of a provider", () => {
  const urn = (name: string) => `urn:pulumi:dev::game::pulumi:providers:aws::${name}`;
  const placeOf = (name: string, inputs: object, outputs: object = {}) =>
    providerRegions([{ urn: urn(name), type: "pulumi:providers:aws", inputs: { ...inputs }, outputs: { ...outputs } }])(
      `${urn(name)}::0b1c`,
    );

  it("is what it says, each by its own", () => {
    expect(placeOf("eu", { region: "eu-west-1" })).toEqual({ region: "eu-west-1" });
    expect(placeOf("default_7_16_0", {}, { region: "eu-west-2" })).toEqual({ region: "eu-west-2" });
  });

  it("is the stack's where the engine made it and it says none, and nobody's where the program made it so", () => {
    expect(placeOf("default_7_16_0", {})).toEqual({});
    expect(placeOf("default", {})).toEqual({});
    for (const region of [undefined, "", UNKNOWN, { "4dabf18193072939515e22adb298388d": "sealed" }])
      expect(placeOf("eu", { region })).toEqual({ elsewhere: true });
    expect(placeOf("default", { region: UNKNOWN })).toEqual({ elsewhere: true });
  });

  it("that nobody knows is not taken to be the stack's", () => {
    const nat = priced("aws:ec2/natGateway:NatGateway", {}, { elsewhere: true });
    expect(priceStack([nat], home).byDearest).toBeGreaterThan(37_350_000);
    expect(priceStack([{ ...nat, inputs: { region: "us-east-1" } }], home).monthly).toBe(37_350_000);
  });
});

describe("the price of a stack", () => {
  it("is the sum of all lines, and grows with every assumption but a discount", () => {
    const stack = [
      template,
      nodes({ minSize: 1, maxSize: 9 }),
      priced("aws:ec2/natGateway:NatGateway", {}),
      priced("aws:dynamodb/table:Table", { billingMode: "PAY_PER_REQUEST" }),
      priced("aws:s3/bucket:Bucket", {}),
      priced("aws:kinesis/stream:Stream", { streamModeDetails: { streamMode: "ON_DEMAND" } }),
    ];
    const names = assumptionNames.filter((name) => name !== "spotDiscount" && name !== "concurrentPlayers");
    const values = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fc.constantFrom(...names), values, (name, pair) => {
        const [less = 0, more = 0] = pair.toSorted((a, b) => a - b);
        const [small, large] = [less, more].map((value) =>
          priceStack(stack, { ...home, assumptions: { [name]: value } }),
        );
        expect(large?.monthly).toBeGreaterThanOrEqual(small?.monthly ?? Number.NaN);
        const lines = large?.resources.flatMap((cost) => cost.lines) ?? [];
        expect(lines.reduce((sum, { monthly }) => sum + monthly, 0)).toBe(large?.monthly);
      }),
    );
  });

  it("of more than can be counted is more than any budget, and still exact", () => {
    const huge = priced("aws:ebs/volume:Volume", { size: 1e9, type: "gp3" });
    const stack = Array.from({ length: 200 }, (_, index) => ({ ...huge, urn: `${huge.urn}${index}` }));
    const { monthly } = priceStack(stack, home);
    expect(Number.isSafeInteger(monthly)).toBe(true);
    expect(monthly).toBeGreaterThan(1e15);
  });

  it("says what it assumed, and refuses what cannot be", () => {
    const { assumptions } = priceStack([priced("aws:ec2/natGateway:NatGateway", {})], home);
    expect(assumptions).toEqual({ hoursPerMonth: 730, natGigabytes: 100 });
    expect(() => assume({ fleetUtilisation: 1.5 })).toThrow("fleetUtilisation must be 0 to 1 share, and is 1.5");
    expect(() => assume({ natGigabytes: Number.NaN })).toThrow(RangeError);
  });

  it("for each thousand players holds their traffic, where the number of players is given", () => {
    const stack = [template, nodes({ minSize: 10, maxSize: 10 })];
    expect(priceStack(stack, home).perThousandPlayers).toBeUndefined();
    const assumptions = { concurrentPlayers: 2_000, egressPerPlayer: 50 };
    const { monthly, perThousandPlayers } = priceStack(stack, { ...home, assumptions });
    // 50 kbit/s over 730 hours are 15.3 GiB a player, at 0.09 and then 0.085 USD.
    const gigabytes = (2_000 * 50 * 125 * 3_600 * 730) / 2 ** 30;
    const egress = (10_240 * 0.09 + (gigabytes - 10_240) * 0.085) * 1e6;
    expect(perThousandPlayers?.egress).toBeCloseTo(egress / 2, -1);
    expect(perThousandPlayers?.monthly).toBeCloseTo((monthly + egress) / 2, -1);
  });
});

describe("the blueprints", () => {
  it.each(blueprints)(
    "%s registers no type that is neither priced, nor free, nor listed with a reason",
    async (name) => {
      const { resources } = await recordBlueprint({ blueprint: name });
      const custom = resources.filter((resource) => resource.custom);
      const cost = priceStack(custom, { region: "eu-west-1" });
      const unheard = cost.unpriced.filter(({ why }) => why === "the price book has no price for this type");
      expect(unheard).toEqual([]);
      expect(cost.resources.filter(({ lines, free, unpriced }) => lines.length === 0 && !free && !unpriced)).toEqual(
        [],
      );
    },
  );

  it("cost something where they hold machines or gateways, in every region offered", async () => {
    const { resources } = await recordBlueprint({ blueprint: "game-servers" });
    const custom = resources.filter((resource) => resource.custom);
    const costs = priceBook.regions.map((region) => priceStack(custom, { region }));
    for (const { monthly } of costs) expect(monthly).toBeGreaterThan(100_000_000);
  });
});

describe("a launch template that a preview does not know yet", () => {
  const disks = (name: string, parent: string, volumeSize: number) =>
    priced(
      "aws:ec2/launchTemplate:LaunchTemplate",
      { blockDeviceMappings: [{ ebs: { volumeSize, volumeType: "gp3" } }] },
      { name, parent },
    );
  const group = (parent: string) =>
    priced(
      "aws:eks/nodeGroup:NodeGroup",
      {
        instanceTypes: ["m5.large"],
        scalingConfig: { minSize: 1, maxSize: 1 },
        launchTemplate: { id: UNKNOWN, version: UNKNOWN },
      },
      { parent },
    );

  it("is taken to be the one of the same component", () => {
    const { monthly, unpriced } = priceStack([disks("a", "one", 50), disks("b", "two", 100), group("two")], home);
    expect([monthly, unpriced]).toEqual([730 * 96_000 + 100 * 80_000, []]);
  });

  it("leaves the disks without a price where there is more than one that it may be", () => {
    const { monthly, unpriced } = priceStack([disks("a", "one", 50), disks("b", "two", 100), group("three")], home);
    expect(monthly).toBe(730 * 96_000);
    expect(unpriced).toEqual([expect.objectContaining({ why: expect.stringContaining("launch template") })]);
  });
});
