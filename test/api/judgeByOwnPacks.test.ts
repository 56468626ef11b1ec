import { beforeEach, expect, test } from "vitest";
import type { JudgedResource, StepContext } from "../../api/gate/index.ts";
import type { AssignedPack } from "../../api/ownPacks/assignmentStore.ts";
import { createOwnPacks } from "../../api/ownPacks/judgeByOwnPacks.ts";
import { ownRulesAsked } from "../../api/ownPacks/ownPolicies.ts";
import { type PackAnswer, PackError, type PackFinding, type PackQuestion } from "../../runner/packs/index.ts";

const pack: AssignedPack = {
  digest: "sha256:1",
  kind: "crossguard",
  name: "studio-rules",
  version: "1.2.0",
  level: undefined,
  policies: [
    { name: "closed", description: "", level: "mandatory", severity: "high", on: "resource", remediation: "Close it." },
    { name: "few", description: "", level: "mandatory", on: "stack" },
  ],
};
const context: StepContext = {
  environment: "staging",
  project: "shop",
  stack: "live",
  phase: "up",
  team: "studio",
  target: "t",
};
const step = (name: string, more: Partial<JudgedResource> = {}): JudgedResource => ({
  urn: `urn:pulumi:live::shop::test:index:Thing::${name}`,
  type: "test:index:Thing",
  name,
  step: "create",
  inputs: { password: "swordfish", open: true },
  secrets: ["password"],
  protect: false,
  ...more,
});
const finding = (more: Partial<PackFinding> = {}): PackFinding => ({
  policy: "closed",
  level: "mandatory",
  message: "it is open",
  unknown: false,
  ...more,
});

let assigned: readonly AssignedPack[];
let answer: (resource: { readonly name: string }) => PackAnswer;
let asked: PackQuestion[];
beforeEach(() => {
  assigned = [pack];
  answer = () => ({ findings: [] });
  asked = [];
});

const own = createOwnPacks(async () => assigned, {
  judge: async (_pack, question) => {
    asked.push(question);
    return question.resources.map(answer);
  },
  judgeStack: async (_pack, question) => {
    asked.push(question);
    return answer({ name: "stack" });
  },
});
const judged = async (phase: StepContext["phase"] = "up") =>
  (await own.judgeSteps({ ...context, phase }, [step("one")]))[0];

test("a pack is told where the stack belongs, and never a secret", async () => {
  await own.judgeSteps(context, [step("one", { parent: "urn:p", propertyDependencies: { open: ["urn:q"] } })]);
  expect(asked[0]?.tags).toEqual({
    "meridian:environment": "staging",
    "meridian:team": "studio",
    "meridian:target": "t",
  });
  expect(asked[0]?.resources).toMatchObject([
    { properties: { password: "[secret]", open: true }, parent: "urn:p", propertyDependencies: { open: ["urn:q"] } },
  ]);
  expect(JSON.stringify(asked)).not.toContain("swordfish");
});

test("verdicts stand with their steps, in their order; deletions are not asked about", async () => {
  answer = ({ name }) => ({ findings: [finding({ message: name })] });
  const verdicts = await own.judgeSteps(context, [step("one"), step("gone", { step: "delete" }), step("two")]);
  expect(verdicts.map((of) => of.map(({ message }) => message))).toEqual([["one"], [], ["two"]]);
});

test("a verdict has the pack's name and version, and what the finding leaves out from its rule", async () => {
  answer = () => ({ findings: [finding()] });
  expect(await judged()).toEqual([
    {
      policy: "closed",
      pack: "studio-rules",
      packVersion: "1.2.0",
      level: "mandatory",
      severity: "high",
      outcome: "fail",
      urn: step("one").urn,
      resourceType: "test:index:Thing",
      message: "it is open",
      remediation: "Close it.",
      phase: "up",
    },
  ]);
  answer = () => ({ findings: [finding({ policy: "unlisted", severity: "low" })] });
  expect(await judged()).toMatchObject([
    { severity: "low", remediation: expect.stringContaining("/v1/policy-packs/studio-rules") },
  ]);
});

test("the level of an assignment counts instead of the rule's own", async () => {
  answer = ({ name }) => ({ findings: [finding({ level: name === "one" ? "mandatory" : "advisory" })] });
  for (const level of ["advisory", "mandatory"] as const) {
    assigned = [{ ...pack, level }];
    const verdicts = await own.judgeSteps(context, [step("one"), step("two")]);
    expect(verdicts.flat().map((verdict) => verdict.level)).toEqual([level, level]);
  }
});

test("what is not known yet is advice in a preview, and refused by the rule's own level in an update", async () => {
  answer = () => ({ findings: [finding({ level: "advisory", unknown: true })] });
  expect(await judged("preview")).toMatchObject([{ outcome: "unknown", level: "advisory" }]);
  expect(await judged("up")).toMatchObject([{ outcome: "unknown", level: "mandatory" }]);
});

test("a pack that fails is a mandatory verdict of the gate that names pack and rule; where it is tried out, it stops nothing", async () => {
  answer = () => ({ error: new PackError("hung", "nothing was heard of it", "closed") });
  expect(await judged()).toMatchObject([
    {
      policy: "gate-pack-hung",
      level: "mandatory",
      outcome: "unknown",
      message:
        "the pack studio-rules 1.2.0 does not answer in its rule closed (nothing was heard of it), and what is not judged is not done",
    },
  ]);
  assigned = [{ ...pack, level: "advisory" }];
  expect(await judged()).toMatchObject([{ policy: "gate-pack-hung", level: "advisory" }]);
});

test("a verdict over the whole stack stands with the resource that it names, or else with the stack", async () => {
  const things = [step("one"), step("two")];
  answer = () => ({ findings: [finding({ policy: "few", urn: step("two").urn }), finding({ policy: "few" })] });
  expect((await own.judgeWhole(context, things)).map(({ urn, resourceType }) => [urn, resourceType])).toEqual([
    [step("two").urn, "test:index:Thing"],
    ["urn:pulumi:live::shop::pulumi:pulumi:Stack::shop-live", "pulumi:pulumi:Stack"],
  ]);
});

test("packs without rules over whole stacks are not asked about them", async () => {
  assigned = [{ ...pack, policies: pack.policies.slice(0, 1) }];
  expect(await own.judgeWhole(context, [step("one")])).toEqual([]);
  expect(asked).toEqual([]);
});

test("the rules that are asked are those that a pack has not switched off, and none where things only go away", () => {
  const off = { name: "off", description: "", level: "disabled", on: "resource" } as const;
  const packs = [{ policies: [...pack.policies, off] }];
  expect(ownRulesAsked(packs, [step("one")])).toEqual(["closed", "few"]);
  expect(ownRulesAsked(packs, [step("one", { step: "delete" })])).toEqual([]);
});
