import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { autoscalerOf, deployment } from "../fixtures/namespaces.ts";
import { judgeWhole } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "kubernetes-require-two-replicas");
const fault = ["lobby: it is a single pod"];

it("asks for two pods of what others call, or for an autoscaler", () => {
  expect(judge([deployment("lobby", { replicas: 2 })])).toEqual([]);
  expect(judge([deployment("lobby"), autoscalerOf("lobby")])).toEqual([]);
  expect(judge([deployment("lobby", { replicas: 1 })])).toEqual(fault);
  expect(judge([deployment("lobby")])).toEqual(fault);
  expect(judge([deployment("lobby"), autoscalerOf("lobby", "elsewhere")])).toEqual(fault);
});

it("asks in production only", () => {
  expect(judge([deployment("lobby")], { environment: "development" })).toEqual([]);
});

it("leaves alone what nobody calls", () => {
  const worker = deployment("lobby", { replicas: 1, template: { spec: { containers: [{ name: "worker" }] } } });
  expect(judge([worker])).toEqual([]);
});

it("waits for a count that is not known yet, and for whom an autoscaler scales", () => {
  expect(judge([deployment("lobby", { replicas: UNKNOWN })])).toEqual(["lobby: unknown"]);
  expect(judge([deployment("lobby"), autoscalerOf("lobby", UNKNOWN)])).toEqual(["lobby-autoscaler: unknown"]);
});
