import { expect, it } from "vitest";
import { judgeResource } from "../../../policies/index.ts";
import { contextFor, judged, type RuleFixture } from "../support/ruleFixture.ts";

const policy = "kubernetes-no-removed-versions";
const of = (type: string): RuleFixture => ({ policy, type, inputs: { metadata: { name: "it" } }, spoiled: {} });
const judge = (type: string) =>
  judgeResource(judged(of(type)), contextFor(of(type))).filter((verdict) => verdict.policy === policy);

it.each([
  "kubernetes:extensions/v1beta1:Ingress",
  "kubernetes:policy/v1beta1:PodDisruptionBudget",
  "kubernetes:batch/v1beta1:CronJob",
  "kubernetes:autoscaling/v2beta2:HorizontalPodAutoscaler",
])("refuses %s, whatever it says", (type) => {
  expect(judge(type)).toEqual([
    expect.objectContaining({ level: "mandatory", message: "its API version is served by no supported release" }),
  ]);
});

it.each(["kubernetes:networking.k8s.io/v1:Ingress", "kubernetes:policy/v1:PodDisruptionBudget"])(
  "passes %s",
  (type) => {
    expect(judge(type)).toEqual([]);
  },
);
