import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { convergence } from "../../../programs/edge/convergence.ts";
import { standingCost } from "../../../programs/edge/cost.ts";
import { type EvacuationFacts, evacuationText } from "../../../programs/edge/evacuationText.ts";
import type { Origin } from "../../../programs/edge/inputs.ts";
import { named, planTraffic } from "../../../programs/edge/traffic.ts";
import { inventedOrigin } from "./origins.ts";

const regions = ["eu-west-1", "us-east-1", "ap-northeast-1", "sa-east-1", "us-west-2"];
const weights = fc
  .array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: regions.length })
  .filter((each) => each.some((weight) => weight > 0));
const originsOf = (dials: readonly number[]): Origin[] =>
  dials.map((weight, index) => ({ ...inventedOrigin(regions[index] ?? ""), weight, port: 443 }));

describe("who takes what traffic", () => {
  it("is what the weights say, in the order of the origins; names leave out exactly the spares", () => {
    fc.assert(
      fc.property(weights, (dials) => {
        const plan = planTraffic({ origins: originsOf(dials), routing: "latency" });
        expect(plan.map(({ dial }) => dial)).toEqual(dials);
        expect(named(plan).map(({ dial }) => dial)).toEqual(dials.filter((dial) => dial > 0));
      }),
    );
  });

  it("is one primary and one secondary in a pair, and the secondary has no dial", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 0, max: 100 }), (first, second) => {
        const plan = planTraffic({ origins: originsOf([first, second]), routing: "failover" });
        expect(plan.map(({ part, dial }) => [part, dial])).toEqual([
          ["primary", first],
          ["secondary", 0],
        ]);
        expect(named(plan)).toHaveLength(2);
      }),
    );
  });
});

describe("how fast traffic leaves", () => {
  it("is the interval times the failures, and the TTL of an alias; faster by a switch than by a failure", () => {
    expect(convergence({ healthInterval: 10, switches: "none" })).toEqual({ names: 90, accelerator: 60 });
    expect(convergence({ healthInterval: 30, switches: "none" })).toEqual({ names: 150, accelerator: 60 });
    expect(convergence({ healthInterval: 30, switches: "routing-controls" }).switched).toBe(70);
    expect(convergence({ healthInterval: 10, switches: "inverted-health-checks" }).switched).toBe(80);
    for (const healthInterval of [10, 30] as const) {
      for (const switches of ["routing-controls", "inverted-health-checks"] as const) {
        const { names, switched = Number.POSITIVE_INFINITY } = convergence({ healthInterval, switches });
        expect(switched).toBeLessThan(names);
      }
    }
  });
});

describe("what stands still and yet costs", () => {
  it("is an accelerator and a firewall, and a cluster of switches where there is one", () => {
    expect(standingCost({ switches: "none" })).toBe("27.25");
    expect(standingCost({ switches: "inverted-health-checks" })).toBe("27.25");
    expect(standingCost({ switches: "routing-controls" })).toBe("1852.25");
  });
});

describe("the page by which a region is evacuated", () => {
  const some = fc.uniqueArray(fc.constantFrom(...regions), { minLength: 2 });
  const seconds = 70;
  const entry = "play.example.com";

  it("turns one region off at a time, and all on together, at any of the endpoints", () => {
    fc.assert(
      fc.property(some, (chosen) => {
        const controls = Object.fromEntries(chosen.map((region) => [region, `arn:control/${region}`]));
        const endpoints = regions.map((region) => ({ region, endpoint: `https://${region}.example.com/v1` }));
        const facts: EvacuationFacts = {
          switches: "routing-controls",
          controls,
          controlPanelArn: "arn:panel",
          endpoints,
          seconds,
          entry,
        };
        const entries = [...evacuationText(facts).matchAll(/^set_states '(.*)'$/gm)].map(([, json = ""]) =>
          JSON.parse(json),
        );
        const off = chosen.map((region) => [
          { RoutingControlArn: `arn:control/${region}`, RoutingControlState: "Off" },
        ]);
        const on = chosen.map((region) => ({ RoutingControlArn: `arn:control/${region}`, RoutingControlState: "On" }));
        expect(entries).toEqual([...off, on]);
        for (const { region, endpoint } of endpoints)
          expect(evacuationText(facts)).toContain(`"${region} ${endpoint}"`);
      }),
    );
  });

  it("puts one object and deletes the same", () => {
    fc.assert(
      fc.property(some, (chosen) => {
        const keys = Object.fromEntries(chosen.map((region) => [region, `evacuate/${region}`]));
        const page = evacuationText({
          switches: "inverted-health-checks",
          keys,
          bucketName: "b",
          bucketRegion: "eu-north-1",
          seconds,
          entry,
        });
        for (const region of chosen) {
          const at = `--region eu-north-1 --bucket b --key evacuate/${region}`;
          expect(page).toContain(`aws s3api put-object ${at}\n`);
          expect(page).toContain(`aws s3api delete-object ${at}\n`);
        }
      }),
    );
  });

  it("names the regions where there is nothing to switch", () => {
    expect(evacuationText({ switches: "none", regions: ["eu-west-1"] })).toContain("- eu-west-1\n");
  });
});
