import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Cidr,
  contains,
  formatCidr,
  isPrivate,
  mostZones,
  overlap,
  parseCidr,
  planSubnets,
  sizeOf,
  subBlock,
  usableAddresses,
} from "../../programs/cidr.ts";

const block = fc
  .tuple(fc.nat(2 ** 32 - 1), fc.integer({ min: 0, max: 32 }))
  .map(([address, prefix]): Cidr => ({ base: address - (address % 2 ** (32 - prefix)), prefix }));
const network = fc
  .tuple(fc.nat(255), fc.integer({ min: 16, max: 20 }))
  .map(([octet, prefix]): Cidr => ({ base: 10 * 2 ** 24 + octet * 2 ** 16, prefix }));

describe("CIDR arithmetic", () => {
  it("reads back whatever it writes", () => {
    fc.assert(
      fc.property(block, (cidr) => {
        expect(parseCidr(formatCidr(cidr))).toEqual(cidr);
      }),
    );
  });

  it("knows the plain cases", () => {
    expect(parseCidr("10.0.0.0/16")).toEqual({ base: 167772160, prefix: 16 });
    expect(formatCidr({ base: 2 ** 32 - 2, prefix: 31 })).toBe("255.255.255.254/31");
    expect(sizeOf({ base: 0, prefix: 24 })).toBe(256);
    expect(usableAddresses({ base: 0, prefix: 24 })).toBe(251);
  });

  it.each(["", "10.0.0.0", "10.0.0.0/33", "10.0.0.256/32", "10.0.0.1/24", "10.0.0/8", "a.b.c.d/8", " 10.0.0.0/8"])(
    "does not take %j for a block",
    (text) => expect(parseCidr(text)).toBeUndefined(),
  );

  it("cuts a block into parts that fill it and do not overlap", () => {
    fc.assert(
      fc.property(network, fc.integer({ min: 1, max: 5 }), (cidr, bits) => {
        const parts = Array.from({ length: 2 ** bits }, (_, index) => subBlock(cidr, bits, index));
        expect(parts.reduce((sum, part) => sum + sizeOf(part), 0)).toBe(sizeOf(cidr));
        for (const [index, part] of parts.entries()) {
          expect(contains(cidr, part)).toBe(true);
          for (const other of parts.slice(index + 1)) expect(overlap(part, other)).toBe(false);
        }
      }),
    );
  });

  it("has no part beyond the last one", () => {
    expect(() => subBlock({ base: 0, prefix: 16 }, 2, 4)).toThrow(RangeError);
    expect(() => subBlock({ base: 0, prefix: 31 }, 2, 0)).toThrow(RangeError);
  });

  it("sees an overlap exactly where one block contains the other", () => {
    fc.assert(
      fc.property(block, block, (one, other) => {
        expect(overlap(one, other)).toBe(contains(one, other) || contains(other, one));
      }),
    );
  });

  it.each([
    ["10.255.0.0/16", true],
    ["172.16.0.0/12", true],
    ["172.32.0.0/16", false],
    ["192.168.4.0/22", true],
    ["192.0.0.0/8", false],
    ["0.0.0.0/0", false],
  ])("says of %s whether it is private: %s", (text, expected) => {
    expect(isPrivate(parseCidr(text) ?? { base: 0, prefix: 0 })).toBe(expected);
  });
});

describe("the subnets of a network", () => {
  it("lie in the network and apart from one another, one private and one public in each zone", () => {
    fc.assert(
      fc.property(network, fc.integer({ min: 1, max: mostZones }), (cidr, zones) => {
        const plan = planSubnets(cidr, zones);
        expect([plan.private.length, plan.public.length]).toEqual([zones, zones]);
        const all = [...plan.private, ...plan.public];
        for (const [index, subnet] of all.entries()) {
          expect(contains(cidr, subnet)).toBe(true);
          for (const other of all.slice(index + 1)) expect(overlap(subnet, other)).toBe(false);
        }
      }),
    );
  });

  it("stay where they are when a zone is added", () => {
    fc.assert(
      fc.property(network, fc.integer({ min: 1, max: mostZones - 1 }), (cidr, zones) => {
        const [few, more] = [planSubnets(cidr, zones), planSubnets(cidr, zones + 1)];
        expect(more.private.slice(0, zones)).toEqual(few.private);
        expect(more.public.slice(0, zones)).toEqual(few.public);
      }),
    );
  });

  it("are refused for more zones than there is room for", () => {
    expect(() => planSubnets({ base: 0, prefix: 16 }, mostZones + 1)).toThrow(RangeError);
  });
});
