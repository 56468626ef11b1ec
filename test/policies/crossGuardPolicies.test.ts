import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { describe, expect, it } from "vitest";
import { crossGuardPolicies } from "../../policies/crossGuardPolicies.ts";
import { pack, type Rule } from "../../policies/index.ts";
import { onDeletion, onResource, rule } from "../../policies/rule.ts";
import { urnOf } from "./support/ruleFixture.ts";

const type = "aws:ec2/instance:Instance";
const props = { instanceType: "m7i.24xlarge", metadataOptions: { httpTokens: "required" } };
const about = {
  name: "test-rule",
  description: "A rule.",
  level: "advisory",
  severity: "low",
  reason: "Because.",
  controls: { fsbp: ["X.0"] },
  remediation: ["Do it."],
} as const;

/** Runs one policy as @pulumi/policy does, and returns what it reported. */
function report(rules: readonly Rule[], tags: Readonly<Record<string, string>>): readonly unknown[] {
  const [policy] = crossGuardPolicies({ name: "p", version: "1", rules });
  const said: unknown[] = [];
  const args = {
    type,
    props,
    urn: urnOf(type, "it"),
    name: "it",
    opts: { protect: false },
    stackTags: new Map(Object.entries(tags)),
    getConfig: () => ({}),
    notApplicable: () => expect.unreachable("the rule is about this type"),
  } as unknown as ResourceValidationArgs; // what the wrapper does not use is left out
  const { validateResource } = policy as ResourceValidationPolicy;
  if (typeof validateResource !== "function") return expect.unreachable("one function");
  validateResource(args, (message) => said.push(message));
  return said;
}

const sees = (read: (...args: Parameters<Parameters<typeof onResource<typeof type>>[1]>) => string) =>
  rule({ ...about, check: onResource(type, (inputs, say, subject) => say(read(inputs, say, subject))) });

describe("crossGuardPolicies", () => {
  it("takes the environment and the stack set from the tags of the stack", () => {
    const both = sees((_inputs, _say, { context }) => `${context.environment} ${context.stackSet}`);
    const tags = { "meridian:environment": "staging", "meridian:stack-set": "launch" };
    expect(report([both], tags)).toEqual([expect.objectContaining({ message: "staging launch" })]);
    expect(report([both], {})).toEqual([expect.objectContaining({ message: "production undefined" })]);
  });

  it("takes the names of project and stack from the URN", () => {
    const names = sees((_inputs, _say, { context }) => `${context.project}/${context.stack}`);
    expect(report([names], {})).toEqual([expect.objectContaining({ message: "game/dev" })]);
  });

  it("repeats no value, since the engine's pack is not told which ones are secret", () => {
    const fleets = pack.rules.filter(({ name }) => name === "cost-limit-fleets");
    const said = report(fleets, { "meridian:environment": "development" });
    expect(said).toEqual([
      expect.objectContaining({ message: "instanceType is larger than 2xlarge, the most in development" }),
    ]);
  });

  it("refuses where a rule breaks, advisory as it may be", () => {
    const broken = rule({
      ...about,
      check: onResource(type, () => {
        throw new Error("hunter2");
      }),
    });
    expect(report([broken], {})).toEqual([
      expect.objectContaining({ enforcementLevel: "mandatory", message: expect.stringMatching(/^rule failed/) }),
    ]);
  });

  it("leaves out rules on deletion, which would be shown as passed without having been asked", () => {
    const deletion = rule({ ...about, check: onDeletion([type], () => undefined) });
    expect(crossGuardPolicies({ name: "p", version: "1", rules: [deletion] })).toEqual([]);
  });

  it("tells the engine what each rule is about", () => {
    expect(crossGuardPolicies({ name: "p", version: "1", rules: [sees(() => "")] })).toEqual([
      expect.objectContaining({
        name: "test-rule",
        enforcementLevel: "advisory",
        severity: "low",
        framework: expect.objectContaining({ name: "AWS Foundational Security Best Practices", reference: "X.0" }),
        remediationSteps: "Do it.",
      }),
    ]);
  });
});
