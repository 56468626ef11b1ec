import { expect, it } from "vitest";
import { judgeResource } from "../../../policies/index.ts";
import { identity } from "../fixtures/security/identity.ts";
import { describeRule } from "../support/describeRule.ts";
import { contextFor, judged, type RuleFixture } from "../support/ruleFixture.ts";

describeRule(identity.noUserPolicies);

it.each(["aws:iam/userPolicy:UserPolicy", "aws:iam/userPolicyAttachment:UserPolicyAttachment"])(
  "advises against %s, whatever it says",
  (type) => {
    const fixture: RuleFixture = { policy: "security-no-user-policies", type, inputs: { user: "ada" }, spoiled: {} };
    const verdicts = judgeResource(judged(fixture), contextFor(fixture)).filter(
      ({ policy }) => policy === fixture.policy,
    );
    expect(verdicts).toEqual([
      expect.objectContaining({ level: "advisory", outcome: "fail", message: "a policy is given to a user alone" }),
    ]);
  },
);
