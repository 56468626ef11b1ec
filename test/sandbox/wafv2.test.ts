import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const WEB_ACL = "aws:wafv2/webAcl:WebAcl";
const LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration";
const ASSOCIATION = "aws:wafv2/webAclAssociation:WebAclAssociation";
const LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup";
const INVALID = "WAFInvalidParameterException";

const seen = (metricName: string): Properties => ({
  cloudwatchMetricsEnabled: true,
  sampledRequestsEnabled: true,
  metricName,
});
const acl = (name: string): Properties => ({
  name,
  scope: "REGIONAL",
  defaultAction: { allow: {} },
  visibilityConfig: seen(name),
});
const rate = (limit: number, more: Properties = {}): Properties => ({
  name: "rate",
  priority: 0,
  action: { block: {} },
  statement: { rateBasedStatement: { limit, aggregateKeyType: "IP" } },
  visibilityConfig: seen("rate"),
  ...more,
});
const group = (name: string, priority: number): Properties => ({
  name,
  priority,
  overrideAction: { none: {} },
  statement: { managedRuleGroupStatement: { vendorName: "AWS", name } },
  visibilityConfig: seen(name),
});

const arnOf = (made: Made, name: string): string => String(made[name]?.outputs["arn"]);
const withLogs = async ({ make }: Workshop): Promise<Made> => ({
  acl: await make(WEB_ACL, acl("firewall")),
  other: await make(WEB_ACL, acl("other")),
  log: await make(LOG_GROUP, { name: "aws-waf-logs-firewall" }),
  plain: await make(LOG_GROUP, { name: "firewall" }),
});
const withBalancer = async (workshop: Workshop): Promise<Made> => {
  const vpc = await workshop.make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const inZone = { vpcId: vpc.id, cidrBlock: "10.0.1.0/24", availabilityZone: "eu-west-1a" };
  const subnet = await workshop.make("aws:ec2/subnet:Subnet", inZone);
  const door = { name: "door", loadBalancerType: "network", internal: true, subnets: [subnet.id] };
  return { ...(await withLogs(workshop)), door: await workshop.make("aws:lb/loadBalancer:LoadBalancer", door) };
};

const cases: readonly ConformanceCase[] = [
  {
    type: WEB_ACL,
    smallest: () => acl("firewall"),
    id: /^[0-9a-f-]{36}$/,
    outputs: { arn: /^arn:aws:wafv2:eu-west-1:\d{12}:regional\/webacl\/firewall\//, lockToken: /^[0-9a-f-]{36}$/ },
    change: { rules: [rate(2000), group("AWSManagedRulesCommonRuleSet", 1)], description: "before the doors" },
    replace: { name: "other" },
    taken: { code: "WAFDuplicateItemException" },
    spoiled: [
      { name: "a scope there is not", with: { scope: "WORLD" }, code: INVALID },
      { name: "the CDN's scope in another region", with: { scope: "CLOUDFRONT" }, code: INVALID, at: "create" },
      { name: "a rate below the least", with: { rules: [rate(9)] }, code: INVALID },
      {
        name: "two rules of one priority",
        with: { rules: [rate(2000), group("AWSManagedRulesCommonRuleSet", 0)] },
        code: INVALID,
      },
      {
        name: "a rule without an action",
        with: { rules: [{ name: "rate", priority: 0, statement: {}, visibilityConfig: seen("rate") }] },
        code: INVALID,
      },
      {
        name: "more rules than one firewall may ask",
        with: {
          rules: [
            ...Array.from({ length: 8 }, (_, n) => ({
              ...group("AWSManagedRulesCommonRuleSet", n),
              name: `rules-${n}`,
            })),
          ],
        },
        code: "WAFLimitsExceededException",
      },
    ],
    dependant: {
      type: ASSOCIATION,
      inputs: (resource) => ({
        webAclArn: String(resource.outputs["arn"]),
        resourceArn: "arn:aws:apigateway:eu-west-1::/restapis/a/stages/b",
      }),
      code: "WAFAssociatedItemException",
    },
  },
  {
    type: LOGGING,
    needs: withLogs,
    smallest: (made) => ({ resourceArn: arnOf(made, "acl"), logDestinationConfigs: [arnOf(made, "log")] }),
    id: /^arn:aws:wafv2:eu-west-1:\d{12}:regional\/webacl\/firewall\//,
    change: { redactedFields: [{ singleHeader: { name: "cookie" } }] },
    replace: (made) => ({ resourceArn: arnOf(made, "other") }),
    spoiled: [
      {
        name: "a group of another prefix",
        with: (made) => ({ logDestinationConfigs: [arnOf(made, "plain")] }),
        code: INVALID,
        property: "logDestinationConfigs[0]",
      },
      {
        name: "a group that does not exist",
        with: { logDestinationConfigs: ["arn:aws:logs:eu-west-1:100000000001:log-group:aws-waf-logs-nobody"] },
        code: "WAFLogDestinationPermissionIssueException",
        at: "create",
      },
      {
        name: "a firewall that does not exist",
        with: { resourceArn: "arn:aws:wafv2:eu-west-1:100000000001:regional/webacl/nobody/0" },
        code: "WAFNonexistentItemException",
        at: "create",
      },
    ],
  },
  {
    type: ASSOCIATION,
    needs: withBalancer,
    smallest: (made) => ({ webAclArn: arnOf(made, "acl"), resourceArn: arnOf(made, "door") }),
    id: /^arn:aws:wafv2:.*,arn:aws:elasticloadbalancing:/,
    replace: (made) => ({ webAclArn: arnOf(made, "other") }),
    spoiled: [
      {
        name: "a load balancer that does not exist",
        with: {
          resourceArn: "arn:aws:elasticloadbalancing:eu-west-1:100000000001:loadbalancer/app/nobody/0123456789abcdef",
        },
        code: "WAFUnavailableEntityException",
        at: "create",
      },
    ],
  },
];

conformance(cases);
