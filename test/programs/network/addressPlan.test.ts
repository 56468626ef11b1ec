import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Cidr, contains, formatCidr, overlap, parseCidr, sizeOf } from "../../../programs/cidr.ts";
import { ipv6Subnet } from "../../../programs/cidr6.ts";
import {
  type AddressPlan,
  asnOf,
  blockOf,
  mostRegions,
  overlapping,
  plannedBlocks,
} from "../../../programs/network/addressPlan.ts";
import { isolatedPart, planZonedSubnets, privatePart } from "../../../programs/network/subnetPlan.ts";

const supernet: fc.Arbitrary<Cidr> = fc.tuple(fc.integer({ min: 8, max: 16 }), fc.nat(255)).map(([prefix, octet]) => ({
  base: 10 * 2 ** 24 + (octet * 2 ** 16 - ((octet * 2 ** 16) % 2 ** (32 - prefix))),
  prefix,
}));
const regionNames = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom("eu-west", "us-east", "ap-south", "sa-east"), fc.integer({ min: 1, max: 9 }))
    .map((parts) => parts.join("-")),
  { minLength: 1, maxLength: 12 },
);
/** Plans in which every region has a place. */
const plan: fc.Arbitrary<AddressPlan> = fc
  .tuple(supernet, fc.integer({ min: 16, max: 20 }), regionNames)
  .map(([block, prefix, regions]) => ({
    supernet: formatCidr(block),
    prefix,
    regions: regions.slice(0, mostRegions(block, prefix)),
    blocks: {},
  }));

describe("the address plan", () => {
  it("gives no two regions addresses in common, and all of them their place in the supernet", () => {
    fc.assert(
      fc.property(plan, (plan) => {
        const around = parseCidr(plan.supernet);
        const blocks = plan.regions.map((region) => blockOf(plan, region));
        for (const [index, block] of blocks.entries()) {
          if (block === undefined || around === undefined) throw new Error("a region has no block");
          expect(block.prefix).toBe(plan.prefix);
          expect(contains(around, block)).toBe(true);
          for (const other of blocks.slice(index + 1)) expect(other !== undefined && overlap(block, other)).toBe(false);
        }
      }),
    );
  });

  it("moves no region when one is appended, or is given a block of its own", () => {
    fc.assert(
      fc.property(plan, (plan) => {
        const [before, last] = [plan.regions.slice(0, -1), plan.regions.slice(-1)];
        const all = plannedBlocks(plan);
        const { [last[0] ?? ""]: _, ...others } = all;
        expect(plannedBlocks({ ...plan, regions: before })).toEqual(others);
        expect(plannedBlocks({ ...plan, blocks: { [last[0] ?? ""]: "192.168.0.0/16" } })).toMatchObject(others);
        for (const region of before) expect(asnOf({ ...plan, regions: before }, region)).toBe(asnOf(plan, region));
      }),
    );
  });

  it("has no block for a region beyond the supernet's room, nor for one that it does not name", () => {
    const full = { supernet: "10.0.0.0/15", prefix: 16, regions: ["eu-west-1", "us-east-1", "us-west-2"], blocks: {} };
    expect(plannedBlocks(full)).toEqual({ "eu-west-1": "10.0.0.0/16", "us-east-1": "10.1.0.0/16" });
    expect(blockOf(full, "ap-south-1")).toBeUndefined();
    expect(blockOf({ ...full, prefix: 14 }, "eu-west-1")).toBeUndefined();
    expect(() => asnOf(full, "ap-south-1")).toThrow(RangeError);
  });

  it("finds the region that a block of its own overlaps with", () => {
    const plan = { supernet: "10.0.0.0/12", prefix: 16, regions: ["eu-west-1", "us-east-1"], blocks: {} };
    expect(overlapping(plan, "us-east-1")).toBeUndefined();
    expect(overlapping({ ...plan, blocks: { "us-east-1": "10.0.16.0/20" } }, "us-east-1")).toBe("eu-west-1");
  });

  it("gives each region's gateway a private number of its own", () => {
    fc.assert(
      fc.property(plan, (plan) => {
        const numbers = plan.regions.map((region) => asnOf(plan, region));
        expect(new Set(numbers).size).toBe(numbers.length);
        for (const number of numbers) expect(number >= 64512 && number <= 65534).toBe(true);
      }),
    );
  });
});

const network = fc
  .tuple(fc.nat(255), fc.integer({ min: 16, max: 20 }))
  .map(([octet, prefix]): Cidr => ({ base: 10 * 2 ** 24 + octet * 2 ** 16, prefix }));
const zones = fc.integer({ min: 2, max: 4 });

describe("the subnets of a network", () => {
  it("lie in it without overlap, and only isolated and private ones in the parts named after them", () => {
    fc.assert(
      fc.property(network, zones, (cidr, zones) => {
        const plan = planZonedSubnets(cidr, zones);
        const all = [...plan.private, ...plan.public, ...plan.isolated];
        expect(all).toHaveLength(3 * zones);
        for (const [index, subnet] of all.entries()) {
          expect(contains(cidr, subnet)).toBe(true);
          for (const other of all.slice(index + 1)) expect(overlap(subnet, other)).toBe(false);
        }
        for (const subnet of plan.private) expect(contains(privatePart(cidr), subnet)).toBe(true);
        for (const subnet of plan.isolated) expect(contains(isolatedPart(cidr), subnet)).toBe(true);
        for (const subnet of plan.public) {
          expect(overlap(privatePart(cidr), subnet) || overlap(isolatedPart(cidr), subnet)).toBe(false);
        }
      }),
    );
  });

  it("fill it at four zones, and do not move when a zone is added", () => {
    fc.assert(
      fc.property(network, fc.integer({ min: 2, max: 3 }), (cidr, few) => {
        const [less, more] = [planZonedSubnets(cidr, few), planZonedSubnets(cidr, few + 1)];
        for (const kind of ["private", "public", "isolated"] as const) {
          expect(more[kind].slice(0, few)).toEqual(less[kind]);
        }
        const whole = planZonedSubnets(cidr, 4);
        const sizes = [...whole.private, ...whole.public, ...whole.isolated].map(sizeOf);
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(sizeOf(cidr));
      }),
    );
  });
});

describe("an IPv6 subnet", () => {
  it("is the network's /64 of that number", () => {
    expect(ipv6Subnet("2a05:d018:abc:de00::/56", 0)).toBe("2a05:d018:abc:de00::/64");
    expect(ipv6Subnet("2a05:d018:abc:de00::/56", 0x12)).toBe("2a05:d018:abc:de12::/64");
    expect(ipv6Subnet("2001:db8::/56", 0)).toBe("2001:db8::/64");
    expect(ipv6Subnet("2001:db8::/56", 255)).toBe("2001:db8:0:ff::/64");
  });

  it("differs from every other one of the network", () => {
    const all = Array.from({ length: 256 }, (_, index) => ipv6Subnet("2001:db8:1:100::/56", index));
    expect(new Set(all).size).toBe(256);
  });

  it.each(["", "10.0.0.0/16", "2001:db8::/48", "2001:db8:1:101::/56", "2001:db8:1:1:1::/56", "::/56"])(
    "is not cut from %j",
    (network) => expect(() => ipv6Subnet(network, 0)).toThrow(RangeError),
  );

  it("has no number beyond 255", () => {
    for (const index of [-1, 256, 0.5]) expect(() => ipv6Subnet("2001:db8::/56", index)).toThrow(RangeError);
  });
});
