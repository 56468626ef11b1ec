import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "cost-require-budget");
const cluster = known("aws:eks/cluster:Cluster", "cluster", {});
const budget = (notifications: unknown) => known("aws:budgets/budget:Budget", "budget", { notifications });

it("asks for a budget that tells somebody, once for the stack", () => {
  const balancer = known("aws:lb/loadBalancer:LoadBalancer", "door", {});
  expect(judge([cluster, balancer])).toEqual(["cluster: the stack has no budget"]);
  expect(judge([cluster, budget([{ threshold: 80 }])])).toEqual([]);
  expect(judge([cluster, budget([])])).toEqual(["budget: the budget tells nobody"]);
  expect(judge([cluster, budget(UNKNOWN)])).toEqual(["budget: unknown"]);
});

it("asks in production, and of what runs by the hour", () => {
  expect(judge([cluster], { environment: "staging" })).toEqual([]);
  expect(judge([known("aws:s3/bucket:Bucket", "bucket", {})])).toEqual([]);
});
