import { describe, expect, it } from "vitest";
import { createJudge, pack, readPolicySettings, UNKNOWN } from "../../../policies/index.ts";
import { contextFor, judged, type RuleFixture } from "../support/ruleFixture.ts";

const policy = "security-require-permissions-boundary";
const boundary = "arn:aws:iam::123456789012:policy/studio-boundary";
const set = createJudge(pack, readPolicySettings({ [policy]: { boundaries: [boundary] } }, pack.rules).settings);
const unset = createJudge(pack);

describe.each(["aws:iam/role:Role", "aws:iam/user:User"])("the boundary of %s", (type) => {
  const said = (judge: typeof set, permissionsBoundary?: string) => {
    const fixture: RuleFixture = { policy, type, inputs: { assumeRolePolicy: "{}", permissionsBoundary }, spoiled: {} };
    const verdicts = judge.judgeResource(judged(fixture), contextFor(fixture));
    return verdicts
      .filter((verdict) => verdict.policy === policy)
      .map(({ outcome, message }) => `${outcome}: ${message}`);
  };

  it("is not asked for until the organisation sets one", () => {
    expect(said(unset)).toEqual([]);
  });

  it("must be one of those that are set", () => {
    expect(said(set, boundary)).toEqual([]);
    expect(said(set)).toEqual(["fail: permissionsBoundary is not one of the boundaries"]);
    expect(said(set, "arn:aws:iam::aws:policy/ReadOnlyAccess")).toEqual([
      "fail: permissionsBoundary is not one of the boundaries",
    ]);
  });

  it("is judged when it is known", () => {
    expect(said(set, UNKNOWN)).toEqual(["unknown: permissionsBoundary is not known yet: judged when it is"]);
  });
});
