import { expect, test } from "vitest";
import type { Verdict } from "../../api/gate/index.ts";
import type { DecidedStep } from "../../api/state/judgement/decisionLedger.ts";
import { withPackWord } from "../../api/state/judgement/packWord.ts";

const urn = "urn:pulumi:live::game::aws:ec2/securityGroup:SecurityGroup::door";
const policy = "security-no-open-management-port";
const said = (over: object = {}) => ({
  ...{ sequence: 1, timestamp: 1 },
  policyEvent: {
    ...{ resourceUrn: urn, policyName: policy, policyPackName: "meridian", policyPackVersion: "1.0.0" },
    ...{ message: "<{%reset%}>ingress[0] opens port 22<{%reset%}>\n", enforcementLevel: "mandatory", ...over },
  },
});
const unknown: Verdict = {
  ...{ policy, pack: "meridian", packVersion: "1.0.0", level: "advisory", severity: "critical", outcome: "unknown" },
  ...{
    urn,
    resourceType: "aws:ec2/securityGroup:SecurityGroup",
    message: "ingress is not known yet",
    phase: "preview",
  },
  remediation: "Close it.",
};
const step = (over: Partial<DecidedStep> = {}): DecidedStep => ({
  ...{ urn, type: "aws:ec2/securityGroup:SecurityGroup", step: "create", verdicts: [unknown] },
  ...over,
});
const refusal = { policy, urn, level: "mandatory", outcome: "fail", message: "ingress[0] opens port 22" };

test("what the gate could not know is said in the pack's words, without the engine's colours", () => {
  const [decided] = withPackWord([step()], [said()]);
  expect(decided?.verdicts).toEqual([expect.objectContaining(refusal)]);
});

test("what the gate says itself stays as it is", () => {
  const own = step({ verdicts: [{ ...unknown, level: "mandatory", outcome: "fail", message: "its own words" }] });
  expect(withPackWord([own], [said()])).toEqual([own]);
});

test("a rule on a whole stack is said where the whole stack was judged", () => {
  const bucket = "urn:pulumi:live::game::aws:s3/bucket:Bucket::open";
  const whole = step({ step: "whole", verdicts: [] });
  const [one, all] = withPackWord(
    [step({ urn: bucket, verdicts: [] }), whole],
    [said({ resourceUrn: bucket, policyName: "security-require-public-access-block", message: "no block" })],
  );
  expect(one?.verdicts).toEqual([]);
  expect(all?.verdicts).toEqual([expect.objectContaining({ urn: bucket, outcome: "fail", message: "no block" })]);
});

test("what stays as it was, which the gate was not asked of, is refused as an update", () => {
  expect(withPackWord([], [said()])).toEqual([
    { urn, type: "aws:ec2/securityGroup:SecurityGroup", step: "update", verdicts: [expect.objectContaining(refusal)] },
  ]);
});

test.each([
  ["advice", { enforcementLevel: "advisory" }],
  ["the word of another pack", { policyPackName: "somebody-elses" }],
  ["a rule that this pack does not have", { policyName: "security-unheard-of" }],
])("%s changes nothing", (_, over) => {
  expect(withPackWord([step()], [said(over)])).toEqual([step()]);
});
