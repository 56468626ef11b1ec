import { expect, it } from "vitest";
import { UNKNOWN } from "../../../policies/index.ts";
import { deployment, namespace, networkPolicy } from "../fixtures/namespaces.ts";
import { judgeWhole } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "kubernetes-require-default-deny");
const fault = ["namespace: no NetworkPolicy closes the namespace by default"];
const stack = [namespace(), deployment("lobby")];

it.each([
  ["nothing", undefined, fault],
  ["a policy over all pods that lets nothing in", { podSelector: {}, policyTypes: ["Ingress", "Egress"] }, []],
  ["one that names no types, which means inwards", { podSelector: {} }, []],
  ["one over some pods", { podSelector: { matchLabels: { app: "lobby" } }, policyTypes: ["Ingress"] }, fault],
  ["one that lets everything in", { podSelector: {}, policyTypes: ["Ingress"], ingress: [{}] }, fault],
  ["one on what leaves", { podSelector: {}, policyTypes: ["Egress"] }, fault],
])("judges a namespace with %s", (_, spec, verdicts) => {
  expect(judge(spec === undefined ? stack : [...stack, networkPolicy(spec)])).toEqual(verdicts);
});

it("asks for it in the namespace itself", () => {
  expect(judge([...stack, networkPolicy({ podSelector: {} }, "elsewhere")])).toEqual(fault);
});

it("asks nothing of a namespace without pods of the stack", () => {
  expect(judge([namespace("agones-system"), deployment("lobby")])).toEqual([]);
});

it("waits for a policy that is not known yet", () => {
  expect(judge([...stack, networkPolicy({ podSelector: UNKNOWN })])).toEqual(["policy: unknown"]);
});
