import type { CloudView, Draft, ResourceModel } from "../model/model.ts";
import { GLOBAL, type Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, type Properties, text, texts } from "../model/values.ts";
import { arn } from "./arn.ts";
import { DISTRIBUTION } from "./cloudfront.ts";
import { BALANCER } from "./lbService.ts";
import { tagsRule } from "./tags.ts";
import { WEB_ACL, wafv2 } from "./wafv2Service.ts";

const LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";
const ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const INVALID = "WAFInvalidParameterException";

/** Where web ACLs of CloudFront live. Source: AWS WAF developer guide, "Setting up AWS WAF". */
const HOME = "us-east-1";

const onOff = { kind: "boolean", required: true } as const;
const visibility = {
  required: true,
  properties: {
    cloudwatchMetricsEnabled: onOff,
    sampledRequestsEnabled: onOff,
    metricName: { required: true, pattern: "^[\\w#:./-]{1,255}$" },
  },
} as const;

const webAcl: ResourceModel = {
  type: WEB_ACL,
  service: wafv2,
  inputs: inputsOf(WEB_ACL, {
    name: { immutable: true, pattern: "^[\\w-]{1,128}$" },
    scope: { immutable: true, enum: ["CLOUDFRONT", "REGIONAL"] },
    description: { minLength: 1, maxLength: 256, pattern: "^[\\w+=:#@/\\-,.][\\w+=:#@/\\-,.\\s]+[\\w+=:#@/\\-,.]$" },
    defaultAction: { required: true },
    rules: {
      unordered: true,
      items: {
        properties: {
          name: { required: true, maxLength: 128 },
          priority: { required: true, min: 0 },
          visibilityConfig: visibility,
        },
      },
    },
    visibilityConfig: visibility,
    tags: tagsRule(INVALID),
  }),
  autoname: { property: "name", maxLength: 128 },
  unique: [{ by: ["name", "scope"], code: "WAFDuplicateItemException" }],
  check: (inputs) => [...wrongRules(inputs), ...tooMuch(inputs)],
  refuse: elsewhere,
  refuseDelete: associated,
  removes: ({ id }, cloud) =>
    cloud.all(LOGGING).filter(({ inputs }) => text(inputs, "resourceArn")?.endsWith(`/${id}`)),
  id: ({ cloud }) => cloud.random.uuid(),
  outputs: {
    arn: ({ id, inputs, place }) => {
      const scope = inputs["scope"] === "CLOUDFRONT" ? "global" : "regional";
      return arn("wafv2", place, `${scope}/webacl/${text(inputs, "name")}/${id}`);
    },
    applicationIntegrationUrl: () => "",
    capacity: { onWrite: ({ inputs }) => capacityOf(inputs), exceptFor: ["tags", "tagsAll", "description"] },
    lockToken: { onWrite: ({ cloud }) => cloud.random.uuid() },
    namePrefix: () => "",
  },
  keys: ["arn"],
  seconds: { create: 5, update: 5, delete: 5 },
};

const rulesOf = (inputs: Properties): readonly Properties[] => list(inputs, "rules").filter(isProperties);

function wrongRules(inputs: Properties): readonly Problem[] {
  const rules = rulesOf(inputs);
  const problem = (message: string): readonly Problem[] => [{ code: INVALID, message, property: "rules" }];
  for (const name of ["name", "priority"]) {
    const values = rules.map((rule) => rule[name]).filter((value) => typeof value !== "symbol");
    const again = values.find((value, index) => values.indexOf(value) !== index);
    if (again !== undefined) return problem(`two rules have the ${name} ${String(again)}`);
  }
  for (const rule of rules) {
    const statement = object(rule, "statement");
    const group =
      statement["managedRuleGroupStatement"] !== undefined || statement["ruleGroupReferenceStatement"] !== undefined;
    const wanted = group ? "overrideAction" : "action";
    if (rule[wanted] === undefined) return problem(`the rule ${text(rule, "name")} needs ${wanted}`);
    const { limit } = object(statement, "rateBasedStatement");
    const outside = typeof limit === "number" && (limit < 10 || limit > 2_000_000_000);
    if (outside) return problem(`the rate limit ${limit} is outside 10 to 2,000,000,000`);
  }
  return [];
}

/** What managed groups cost. Source: AWS WAF developer guide, "AWS Managed Rules rule groups list". */
const GROUPS: Readonly<Record<string, number>> = {
  AWSManagedRulesCommonRuleSet: 700,
  AWSManagedRulesAdminProtectionRuleSet: 100,
  AWSManagedRulesKnownBadInputsRuleSet: 200,
  AWSManagedRulesSQLiRuleSet: 200,
  AWSManagedRulesLinuxRuleSet: 200,
  AWSManagedRulesAmazonIpReputationList: 25,
  AWSManagedRulesAnonymousIpList: 50,
  AWSManagedRulesBotControlRuleSet: 50,
};
/** What one web ACL may cost. Source: AWS WAF developer guide, "AWS WAF quotas". */
const MOST_CAPACITY = 5000;

function capacityOf(inputs: Properties): number {
  return rulesOf(inputs).reduce((sum, rule) => {
    const statement = object(rule, "statement");
    const group = text(object(statement, "managedRuleGroupStatement"), "name");
    if (group !== undefined) return sum + (GROUPS[group] ?? 200);
    return sum + (statement["rateBasedStatement"] === undefined ? 1 : 2);
  }, 0);
}

function tooMuch(inputs: Properties): readonly Problem[] {
  const capacity = capacityOf(inputs);
  if (capacity <= MOST_CAPACITY) return [];
  const message = `the rules use ${capacity} capacity units of ${MOST_CAPACITY}`;
  return [{ code: "WAFLimitsExceededException", message, property: "rules" }];
}

function elsewhere({ inputs, place }: Draft): Problem | undefined {
  if (inputs["scope"] !== "CLOUDFRONT" || place.region === HOME) return undefined;
  const message = `The scope is not valid., field: SCOPE_VALUE, parameter: CLOUDFRONT (it is served in ${HOME} only, not in ${place.region})`;
  return { code: INVALID, message, property: "scope" };
}

function associated(resource: Resource, cloud: CloudView): Problem | undefined {
  const own = resource.outputs["arn"];
  const distribution = cloud
    .within(GLOBAL)
    .all(DISTRIBUTION)
    .find(({ inputs }) => inputs["webAclId"] === own);
  const association = cloud.all(ASSOCIATION).find(({ inputs }) => inputs["webAclArn"] === own);
  const holder = distribution?.id ?? association?.id;
  if (holder === undefined) return undefined;
  return {
    code: "WAFAssociatedItemException",
    message: `AWS WAF couldn't perform the operation because your resource is being used by ${holder}`,
  };
}

const logging: ResourceModel = {
  type: LOGGING,
  service: wafv2,
  inputs: inputsOf(LOGGING, {
    resourceArn: { ref: { type: WEB_ACL, by: "arn", code: "WAFNonexistentItemException", holds: false } },
    logDestinationConfigs: {
      maxItems: 1,
      items: {
        pattern:
          "^arn:aws[a-z-]*:(s3:::aws-waf-logs-|firehose:[a-z0-9-]+:\\d{12}:deliverystream/aws-waf-logs-|logs:[a-z0-9-]+:\\d{12}:log-group:aws-waf-logs-)",
      },
    },
    redactedFields: { maxItems: 100 },
  }),
  refuse: missingDestination,
  id: ({ inputs }) => text(inputs, "resourceArn") ?? "",
  seconds: { create: 2, update: 2, delete: 1 },
};

function missingDestination({ inputs, cloud }: Draft): Problem | undefined {
  const missing = texts(inputs["logDestinationConfigs"]).find(
    (each) => each.includes(":log-group:") && cloud.find(LOG_GROUP, each.replace(/:\*$/, ""), "arn") === undefined,
  );
  if (missing === undefined) return undefined;
  const message = `the log destination ${missing} does not exist in this region`;
  return { code: "WAFLogDestinationPermissionIssueException", message, property: "logDestinationConfigs" };
}

const association: ResourceModel = {
  type: ASSOCIATION,
  service: wafv2,
  inputs: inputsOf(ASSOCIATION, {
    webAclArn: {
      immutable: true,
      ref: { type: WEB_ACL, by: "arn", code: "WAFNonexistentItemException", holds: false },
    },
    resourceArn: { immutable: true },
  }),
  refuse: ({ inputs, cloud }) => {
    const resource = text(inputs, "resourceArn") ?? "";
    if (!resource.includes(":loadbalancer/") || cloud.find(BALANCER, resource, "arn") !== undefined) return undefined;
    return { code: "WAFUnavailableEntityException", message: `${resource} does not exist`, property: "resourceArn" };
  },
  id: ({ inputs }) => `${text(inputs, "webAclArn")},${text(inputs, "resourceArn")}`,
  seconds: { create: 5, delete: 5 },
};

/** AWS WAF. */
export const wafv2Models: readonly ResourceModel[] = [webAcl, logging, association];
