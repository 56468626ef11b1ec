import { expect, it } from "vitest";
import { judgeResource } from "../../../policies/index.ts";
import { nat } from "../fixtures/network.ts";
import { judgeWhole } from "../support/wholeStack.ts";

const policy = "cost-few-nat-gateways";
const development = { environment: "development" } as const;

it("lets development have one", () => {
  expect(judgeWhole(policy, [nat("a")], development)).toEqual([]);
  expect(judgeWhole(policy, [nat("a"), nat("b")], development)).toEqual([
    "b: the stack has more than 1 NAT gateways, the most in development",
  ]);
  expect(judgeWhole(policy, [nat("a"), nat("b"), nat("c")])).toEqual([]);
});

it("gives the count as its figure, at the step that makes one too many", () => {
  const context = { environment: "development", project: "game", stack: "dev", phase: "up" } as const;
  const verdicts = judgeResource(
    { ...nat("b"), step: "create", secrets: [], protect: false },
    { ...context, siblings: (type) => [nat("a")].filter((sibling) => sibling.type === type) },
  );
  expect(verdicts.filter((verdict) => verdict.policy === policy)).toEqual([expect.objectContaining({ figure: 2 })]);
});
