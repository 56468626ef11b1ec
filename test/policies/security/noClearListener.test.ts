import { expect, it } from "vitest";
import { type JudgeContext, judgeResource, UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const policy = "security-no-clear-listener";
const balancerType = "aws:lb/loadBalancer:LoadBalancer";
const balancer = (internal: unknown) => known(balancerType, "door", { internal });
const listener = (inputs: object = {}) =>
  known("aws:lb/listener:Listener", "lobby", {
    loadBalancerArn: "door-id",
    protocol: "HTTP",
    port: 80,
    defaultActions: [{ type: "forward", targetGroupArn: "arn:lobby" }],
    ...inputs,
  });
const fault = "door: the listener answers over HTTP, and the internet can reach it";

it("refuses a listener that answers over HTTP on a load balancer that faces the internet", () => {
  expect(judgeWhole(policy, [balancer(false), listener()])).toEqual([fault]);
  expect(judgeWhole(policy, [balancer(undefined), listener()])).toEqual([fault]);
});

it("lets internal ones, redirects, and other protocols be", () => {
  expect(judgeWhole(policy, [balancer(true), listener()])).toEqual([]);
  expect(judgeWhole(policy, [balancer(false), listener({ defaultActions: [{ type: "redirect" }] })])).toEqual([]);
  expect(judgeWhole(policy, [balancer(false), listener({ protocol: "UDP" })])).toEqual([]);
});

it("says nothing while the load balancer is not known, and refuses the step that completes the fault", () => {
  const context: JudgeContext = { environment: "production", project: "game", stack: "dev", phase: "up" };
  const step = { ...listener(), step: "create", secrets: [], protect: false } as const;
  const judged = (siblings: ReturnType<typeof known>[]) =>
    judgeResource(step, { ...context, siblings: (type) => siblings.filter((one) => one.type === type) }).filter(
      (verdict) => verdict.policy === policy,
    );
  expect(judged([])).toEqual([]);
  expect(judged([balancer(false)])).toEqual([expect.objectContaining({ level: "mandatory", outcome: "fail" })]);
});

it("advises in a preview while it is not known who can reach it", () => {
  expect(judgeWhole(policy, [balancer(UNKNOWN), listener()])).toEqual(["door: unknown"]);
});

it("does not know whose listener it is while nobody can know, unless it answers no HTTP", () => {
  expect(judgeWhole(policy, [balancer(false), listener({ loadBalancerArn: UNKNOWN })])).toEqual(["lobby: unknown"]);
  const safe = listener({ loadBalancerArn: UNKNOWN, protocol: "HTTPS" });
  expect(judgeWhole(policy, [balancer(false), safe])).toEqual([]);
  const foreign = { loadBalancerArn: ["urn:pulumi:dev::game::pulumi:pulumi:StackReference::network"] };
  const elsewhere = { ...listener({ loadBalancerArn: UNKNOWN }), propertyDependencies: foreign };
  expect(judgeWhole(policy, [balancer(false), elsewhere])).toEqual([]);
});
