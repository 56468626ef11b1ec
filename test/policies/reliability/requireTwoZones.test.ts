import { describe, expect, it } from "vitest";
import { judgeStack as judgeAll, judgeResource, UNKNOWN } from "../../../policies/index.ts";
import { subnet, subnets, twoZones } from "../fixtures/network.ts";
import { describeRule } from "../support/describeRule.ts";
import { contextFor, judged, type RuleFixture, urnOf } from "../support/ruleFixture.ts";

describeRule(twoZones);

const policy = "reliability-require-two-zones";
const type = "aws:lb/loadBalancer:LoadBalancer";
const fixture = (over: Partial<RuleFixture>): RuleFixture => ({ policy, type, inputs: {}, spoiled: {}, ...over });
const judgeStack: typeof judgeAll = (...of) => judgeAll(...of).filter((verdict) => verdict.policy === policy);
const judge = (it: RuleFixture) =>
  judgeResource(judged(it), contextFor(it)).filter((verdict) => verdict.policy === policy);

describe("two zones", () => {
  it("lets other environments live in one", () => {
    expect(judge(fixture({ inputs: { subnets: ["a-id"] }, context: { environment: "staging" } }))).toEqual([]);
  });

  it("sees the zones in a preview, where no id is known, by what the property was computed from", () => {
    const preview = (sources: readonly string[]) =>
      judge(
        fixture({
          inputs: { subnets: [UNKNOWN, UNKNOWN] },
          resource: { propertyDependencies: { subnets: sources.map((name) => urnOf("aws:ec2/subnet:Subnet", name)) } },
          siblings: subnets,
          context: { phase: "preview" },
        }),
      );
    expect(preview(["a", "b"])).toEqual([]);
    expect(preview(["a", "a2"])).toEqual([
      expect.objectContaining({ message: "subnets names places of one zone only" }),
    ]);
  });

  it("does not judge by zones that the cloud has yet to choose", () => {
    const siblings = [subnet("a", UNKNOWN), subnet("b", UNKNOWN)];
    const verdicts = judge(fixture({ inputs: { subnets: ["a-id", "b-id"] }, siblings, context: { phase: "preview" } }));
    expect(verdicts).toEqual([expect.objectContaining({ outcome: "unknown", level: "advisory" })]);
  });

  it("takes the zone that the cloud chose from the outputs", () => {
    const chosen = (name: string) => ({ ...subnet(name, undefined), outputs: { availabilityZone: "eu-west-1a" } });
    const siblings = [chosen("a"), chosen("b")];
    expect(judge(fixture({ inputs: { subnets: ["a-id", "b-id"] }, siblings }))).toHaveLength(1);
  });

  it("refuses the change of a subnet only where the subnet is at fault", () => {
    const balancer = judged(fixture({ inputs: { subnets: ["a-id"] } }));
    const moved = fixture({
      type: "aws:ec2/subnet:Subnet",
      inputs: { availabilityZone: "eu-west-1a" },
      siblings: [balancer],
    });
    expect(judge(moved)).toEqual([]);
  });

  it("does not let what is unknown of one resource hide the fault of another", () => {
    const unknown = { ...judged(fixture({ inputs: { subnets: [UNKNOWN, "b-id"] } })), urn: urnOf(type, "unknown") };
    const balancer = judged(fixture({ inputs: { subnets: ["a-id"] } }));
    const verdicts = judgeStack([unknown, balancer], { ...contextFor(fixture({})), phase: "preview" });
    expect(verdicts.map(({ urn, outcome }) => [urn, outcome])).toEqual([
      [balancer.urn, "fail"],
      [unknown.urn, "unknown"],
    ]);
  });

  it("judges a whole stack once for each resource at fault", () => {
    const balancer = judged(fixture({ inputs: { subnets: ["a-id", "a2-id"] } }));
    const verdicts = judgeStack([...subnets, balancer], contextFor(fixture({})));
    expect(verdicts.map(({ urn, policy: name }) => [urn, name])).toEqual([[balancer.urn, policy]]);
  });
});
