import { describe, expect, it } from "vitest";
import { createJudge, type JudgeContext, type JudgedResource, pack, readPolicySettings } from "../../policies/index.ts";
import { urnOf } from "./support/ruleFixture.ts";

const read = (given: unknown) => readPolicySettings(given, pack.rules);
const type = "aws:autoscaling/group:Group";
const context: JudgeContext = { environment: "development", project: "game", stack: "dev", phase: "up" };
const group = (maxSize: number): JudgedResource => ({
  ...{ urn: urnOf(type, "it"), type, name: "it", step: "create", secrets: [], protect: false },
  inputs: { maxSize, vpcZoneIdentifiers: ["subnet-1", "subnet-2"] },
});
const limits = (given: unknown, maxSize: number) =>
  createJudge(pack, read(given).settings)
    .judgeResource(group(maxSize), context)
    .filter(({ policy }) => policy === "cost-limit-fleets");

describe("readPolicySettings", () => {
  it("takes levels and values as Pulumi's --policy-pack-config has them", () => {
    expect(limits({ "cost-limit-fleets": { mostMachines: { development: 30 } } }, 30)).toEqual([]);
    expect(limits({ "cost-limit-fleets": { mostMachines: { development: 30 } } }, 31)).toEqual([
      expect.objectContaining({ level: "mandatory", figure: 31, message: expect.stringContaining("30 machines") }),
    ]);
    expect(limits({ "cost-limit-fleets": "advisory" }, 31)).toEqual([expect.objectContaining({ level: "advisory" })]);
    expect(limits({ "cost-limit-fleets": { enforcementLevel: "disabled" } }, 31)).toEqual([]);
  });

  it("lets what is said of one policy stand over what is said of all", () => {
    const given = { all: "advisory", "cost-limit-fleets": { enforcementLevel: "mandatory" } };
    expect(limits(given, 31)).toEqual([expect.objectContaining({ level: "mandatory" })]);
    expect(limits({ all: "disabled" }, 31)).toEqual([]);
  });

  it("names every fault at once, and uses nothing of a file that has one", () => {
    expect(
      read({
        "cost-limit-flets": "advisory",
        "cost-limit-fleets": {
          enforcementLevel: "loud",
          mostMachines: { development: -1 },
          largestSize: { production: "huge" },
          colour: "red",
        },
        "cost-require-tags": 7,
      }).faults,
    ).toEqual([
      expect.stringMatching(/^cost-limit-fleets\.mostMachines must be a number of 0 or more, and is -1/),
      expect.stringMatching(/^cost-limit-fleets\.largestSize must be a text of the form .* is "huge"/),
      "cost-limit-fleets.colour: there is no such setting; there are largestSize, mostMachines",
      'cost-limit-fleets: the level must be advisory, mandatory, disabled, and is "loud"',
      "cost-require-tags: must be advisory, mandatory, disabled, or an object",
      "cost-limit-flets: there is no such policy; docs/policies/README.md lists them",
    ]);
    expect(read([]).faults).toHaveLength(1);
    expect(read({ "cost-limit-fleets": { mostMachines: { moon: 1 } } }).faults).toEqual([
      expect.stringContaining('names the environment "moon"'),
    ]);
  });
});

describe("createJudge", () => {
  it("tells which rules are asked of a type at a step", () => {
    const judge = createJudge(pack, read({ "cost-recommend-tags": "disabled" }).settings);
    expect(judge.rulesAsked({ type, step: "create" })).toEqual(expect.arrayContaining(["cost-limit-fleets"]));
    expect(judge.rulesAsked({ type, step: "create" })).not.toContain("cost-recommend-tags");
    expect(judge.rulesAsked({ type, step: "refresh" })).toEqual([]);
    expect(judge.rulesAsked({ type: "aws:rds/cluster:Cluster", step: "delete" })).toEqual([
      "reliability-leave-backups",
      "reliability-protect-data-stores",
    ]);
    expect(judge.rulesAsked({ type: "test:index:Thing", step: "create" })).toEqual([]);
  });
});
