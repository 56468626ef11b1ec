import { expect, it } from "vitest";
import { type Properties, UNKNOWN } from "../../../policies/index.ts";
import { judgeWhole, known } from "../support/wholeStack.ts";

const judge = judgeWhole.bind(undefined, "security-require-firewall-rules");
const counted = { cloudwatchMetricsEnabled: true };
const silent = { cloudwatchMetricsEnabled: false };
const common = { name: "common", priority: 1, visibilityConfig: counted };
const acl = (inputs: Properties = {}) =>
  known("aws:wafv2/webAcl:WebAcl", "front", {
    scope: "REGIONAL",
    defaultAction: { allow: {} },
    visibilityConfig: counted,
    rules: [common],
    ...inputs,
  });

it("passes a firewall with rules that are counted, in any of their forms", () => {
  expect(judge([acl()])).toEqual([]);
  expect(judge([acl({ rules: [], ruleJson: "[{}]" })])).toEqual([]);
  expect(judge([acl({ rules: [], defaultAction: { block: {} } })])).toEqual([]);
});

it("refuses a firewall of nothing, and those that count nothing", () => {
  expect(judge([acl({ rules: [] })])).toEqual(["front: rules is empty"]);
  expect(judge([acl({ rules: undefined })])).toEqual(["front: rules is empty"]);
  expect(judge([acl({ visibilityConfig: silent })])).toEqual([
    "front: visibilityConfig.cloudwatchMetricsEnabled is false",
  ]);
  expect(judge([acl({ rules: [common, { ...common, visibilityConfig: silent }] })])).toEqual([
    "front: rules[1].visibilityConfig.cloudwatchMetricsEnabled is false",
  ]);
});

it.each(["aws:wafv2/webAclRule:WebAclRule", "aws:wafv2/webAclRuleGroupAssociation:WebAclRuleGroupAssociation"])(
  "lets the rules of a firewall be %s",
  (type) => {
    const empty = acl({ rules: [] });
    const beside = (webAclArn: unknown, more: Properties = {}, sources: readonly string[] = []) =>
      known(type, "beside", { webAclArn, ...more }, { propertyDependencies: { webAclArn: sources } });
    expect(judge([empty, beside("front-id")])).toEqual([]);
    expect(judge([empty, beside(UNKNOWN, {}, [empty.urn])])).toEqual([]);
    expect(judge([empty, beside("another")])).toEqual(["front: rules is empty"]);
    expect(judge([empty, beside(UNKNOWN)])).toEqual(["beside: unknown"]);
    expect(judge([empty, beside("front-id", { visibilityConfig: silent })])).toEqual([
      "beside: visibilityConfig.cloudwatchMetricsEnabled is false",
    ]);
  },
);

it("does not know while what it asks for is not known", () => {
  expect(judge([acl({ visibilityConfig: { cloudwatchMetricsEnabled: UNKNOWN } })])).toEqual(["front: unknown"]);
  expect(judge([acl({ rules: UNKNOWN })])).toEqual(["front: unknown"]);
});
