import { expect, it } from "vitest";
import { judgeResource } from "../../../policies/index.ts";
import { contextFor, judged, type RuleFixture } from "../support/ruleFixture.ts";

it.each([
  ["aws:iam/accessKey:AccessKey", "an access key never ends, and its secret lies in the state of the stack"],
  ["aws:iam/serviceSpecificCredential:ServiceSpecificCredential", "such a credential lies in the state of the stack"],
  ["aws:iam/userLoginProfile:UserLoginProfile", "a password for the console lies in the state of the stack"],
])("advises against %s", (type, message) => {
  const fixture: RuleFixture = {
    policy: "security-no-long-lived-credentials",
    type,
    inputs: { user: "deployer" },
    spoiled: {},
  };
  const verdicts = judgeResource(judged(fixture), contextFor(fixture)).filter(
    ({ policy }) => policy === fixture.policy,
  );
  expect(verdicts).toEqual([expect.objectContaining({ level: "advisory", outcome: "fail", message })]);
});
