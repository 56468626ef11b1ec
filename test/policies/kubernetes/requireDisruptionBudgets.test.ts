import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { autoscalerOf, budget, deployment } from "../fixtures/namespaces.ts";
import { judgeWhole } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "kubernetes-require-disruption-budgets");
const fault = ["lobby: no PodDisruptionBudget guards its pods"];
const matching = { matchLabels: { app: "lobby" } };

describe("a budget of disruptions", () => {
  it("is asked of a workload of several pods, by its count or by its autoscaler", () => {
    expect(judge([deployment("lobby", { replicas: 2 })])).toEqual(fault);
    expect(judge([deployment("lobby"), autoscalerOf("lobby")])).toEqual(fault);
    expect(judge([deployment("lobby"), autoscalerOf("other")])).toEqual([]);
    expect(judge([deployment("lobby", { replicas: 1 })])).toEqual([]);
  });

  it("is asked in production only", () => {
    expect(judge([deployment("lobby", { replicas: 2 })], { environment: "staging" })).toEqual([]);
  });

  it.each([
    ["labels", matching, []],
    ["other labels", { matchLabels: { app: "relay" } }, fault],
    ["everything", {}, []],
    ["an expression that holds", { matchExpressions: [{ key: "app", operator: "In", values: ["lobby"] }] }, []],
    ["one that does not", { matchExpressions: [{ key: "app", operator: "NotIn", values: ["lobby"] }] }, fault],
    ["a label that is there", { matchExpressions: [{ key: "app", operator: "Exists" }] }, []],
    ["a label that must not be", { matchExpressions: [{ key: "app", operator: "DoesNotExist" }] }, fault],
  ])("guards by %s", (_, selector, verdicts) => {
    expect(judge([deployment("lobby", { replicas: 2 }), budget(selector)])).toEqual(verdicts);
  });

  it("guards within its own namespace", () => {
    expect(judge([deployment("lobby", { replicas: 2 }), budget(matching, "elsewhere")])).toEqual(fault);
  });

  it("waits for a selector that is not known yet, unless another budget guards", () => {
    const workload = deployment("lobby", { replicas: 2 });
    const later = { ...budget({ matchLabels: UNKNOWN }), urn: `${budget({}).urn}-later` };
    expect(judge([workload, later])).toEqual(["budget-later: unknown"]);
    expect(judge([workload, later, budget(matching)])).toEqual([]);
  });
});
