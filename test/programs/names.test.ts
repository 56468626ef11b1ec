import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type NameKind, nameLimits, physicalName } from "../../programs/names.ts";

const stackSet = fc.stringMatching(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/);
const role = fc.stringMatching(/^[a-z][a-z0-9]{1,5}(-[a-z]{1,5})?$/);
const suffix = fc.stringMatching(/^[0-9a-f]{8}$/);
const kind = fc.constantFrom(...(Object.keys(nameLimits) as NameKind[])); // Object.keys forgets the key type

describe("a physical name", () => {
  it("never passes the limit of its kind, and always ends with role and suffix", () => {
    fc.assert(
      fc.property(kind, stackSet, role, suffix, (kind, stackSet, role, suffix) => {
        const name = physicalName(kind, { stackSet, role, suffix });
        expect(name.length).toBeLessThanOrEqual(nameLimits[kind]);
        expect(name.endsWith(`-${role}-${suffix}`)).toBe(true);
      }),
    );
  });

  it("has only lower-case letters, digits and single places for hyphens at its joints", () => {
    fc.assert(
      fc.property(kind, stackSet, role, suffix, (kind, stackSet, role, suffix) => {
        const name = physicalName(kind, { stackSet, role, suffix });
        expect(name).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/);
        expect(name.slice(0, -`-${role}-${suffix}`.length)).not.toMatch(/-$/);
      }),
    );
  });

  it("differs where the suffix differs, however long the stack set is called", () => {
    const stackSet = "a".repeat(40);
    const one = physicalName("loadBalancer", { stackSet, role: "lobby-blue", suffix: "00000001" });
    const other = physicalName("loadBalancer", { stackSet, role: "lobby-blue", suffix: "00000002" });
    expect(one).not.toBe(other);
    expect(one).toHaveLength(32);
  });

  it("keeps a short stack set's name whole", () => {
    expect(physicalName("bucket", { stackSet: "launch", role: "logs", suffix: "0a1b2c3d" })).toBe(
      "meridian-launch-logs-0a1b2c3d",
    );
    expect(physicalName("targetGroup", { stackSet: "launch", role: "api-green", suffix: "0a1b2c3d" })).toBe(
      "launch-api-green-0a1b2c3d",
    );
  });

  it("of a load balancer does not begin with internal-, which is reserved", () => {
    expect(physicalName("loadBalancer", { stackSet: "internal-test", role: "door", suffix: "0a1b2c3d" })).toBe(
      "m-internal-test-door-0a1b2c3d",
    );
  });

  it("is refused when the role leaves no room for the stack set", () => {
    expect(() => physicalName("targetGroup", { stackSet: "launch", role: "r".repeat(22), suffix: "0a1b2c3d" })).toThrow(
      RangeError,
    );
  });
});
