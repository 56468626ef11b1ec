import { expect, it } from "vitest";
import { judgeResource, pack } from "../../../policies/index.ts";
import { contextFor, judged, type RuleFixture } from "../support/ruleFixture.ts";

const policy = "security-no-second-names";
const of = (type: string): RuleFixture => ({ policy, type, inputs: {}, spoiled: {} });
const judge = (type: string) =>
  judgeResource(judged(of(type)), contextFor(of(type))).filter((verdict) => verdict.policy === policy);

const typesOf = (rules: typeof pack.rules): readonly string[] =>
  rules.flatMap(({ check }) => ("on" in check ? check.types : check.flatMap(({ types }) => types)));
/** What other rules read. */
const read = new Set(typesOf(pack.rules.filter(({ name }) => name !== policy)));

it.each([
  "aws:elasticloadbalancingv2/listener:Listener",
  "aws:elasticloadbalancing/loadBalancer:LoadBalancer",
  "kubernetes:v1:Pod",
])("refuses %s, whatever it says", (type) => {
  expect(judge(type)).toEqual([
    expect.objectContaining({
      level: "mandatory",
      message: "its type is a second name of another, by which rules do not know it",
    }),
  ]);
});

it("refuses the second name of each type without a group that a rule reads, and of each load balancing one", () => {
  const second = [...read].flatMap((type) => {
    const core = /^kubernetes:core\/v1:(\w+)$/.exec(type)?.[1];
    if (core !== undefined) return [`kubernetes:v1:${core}`];
    const [, module = "", rest = ""] = /^aws:(alb|elb|lb)\/((?:listener|loadBalancer|targetGroup).*)$/.exec(type) ?? [];
    const other = { alb: "applicationloadbalancing", elb: "elasticloadbalancing", lb: "elasticloadbalancingv2" }[
      module
    ];
    return other === undefined ? [] : [`aws:${other}/${rest}`];
  });
  expect(second.length).toBeGreaterThan(15);
  expect(second.filter((type) => judge(type).length === 0)).toEqual([]);
});

it.each([
  "aws:lb/listener:Listener",
  "aws:elb/loadBalancer:LoadBalancer",
  "kubernetes:core/v1:Pod",
  "kubernetes:v1:Widget",
])("passes %s", (type) => {
  expect(judge(type)).toEqual([]);
});
