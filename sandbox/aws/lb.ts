import { createHash } from "node:crypto";
import type { Draft, ResourceModel } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem, PropertyRule } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, object, type Properties, text, texts, UNKNOWN, type Value } from "../model/values.ts";
import { arn } from "./arn.ts";
import { SUBNET, VPC } from "./ec2Network.ts";
import { listener } from "./lbListener.ts";
import { listenerRule } from "./lbListenerRule.ts";
import { BALANCER, LISTENER, lb, lbName, resourceOf } from "./lbService.ts";
import { targetGroup } from "./lbTargetGroup.ts";
import { statementsOf } from "./policyDocument.ts";
import { allows } from "./policyPrincipals.ts";
import { tagsRule } from "./tags.ts";

const GATEWAY = "aws:ec2/internetGateway:InternetGateway";
const GROUP = "aws:ec2/securityGroup:SecurityGroup";

/** How ARNs and metrics abbreviate the types of balancers. */
const KINDS: Readonly<Record<string, string>> = { application: "app", network: "net", gateway: "gwy" };

const inSubnet: PropertyRule = { ref: { type: SUBNET, code: "SubnetNotFound" } };

const loadBalancer: ResourceModel = {
  type: BALANCER,
  service: lb,
  codes: { notFound: "LoadBalancerNotFound" },
  inputs: inputsOf(BALANCER, {
    name: {
      ...lbName,
      check: (value) => (String(value).startsWith("internal-") ? "must not start with internal-" : undefined),
    },
    loadBalancerType: { immutable: true, enum: Object.keys(KINDS) },
    internal: { immutable: true },
    customerOwnedIpv4Pool: { immutable: true },
    subnets: { items: inSubnet },
    subnetMappings: { items: { properties: { subnetId: inSubnet } } },
    securityGroups: { items: { ref: { type: GROUP, code: "InvalidSecurityGroup" } } },
    idleTimeout: { min: 1, max: 4000 },
    clientKeepAlive: { min: 60, max: 604_800 },
    desyncMitigationMode: { enum: ["monitor", "defensive", "strictest"] },
    xffHeaderProcessingMode: { enum: ["append", "preserve", "remove"] },
    tags: tagsRule("ValidationError"),
  }),
  autoname: { property: "name", maxLength: 32 },
  unique: [{ by: ["name"], code: "DuplicateLoadBalancerName" }],
  check: wrongPlaces,
  refuse: (draft) => wrongSubnets(draft) ?? wrongGroups(draft) ?? closedLogs(draft),
  refuseDelete: ({ id, outputs }) =>
    outputs["enableDeletionProtection"] === true
      ? { code: "OperationNotPermitted", message: `'${id}' cannot be deleted because deletion protection is enabled` }
      : undefined,
  // Listeners are part of their balancer: they go with it.
  removes: (balancer, cloud) => cloud.all(LISTENER).filter(({ outputs }) => outputs["loadBalancerArn"] === balancer.id),
  replacing: narrowed,
  id: ({ inputs, place, cloud }) =>
    arn(
      "elasticloadbalancing",
      place,
      `loadbalancer/${kindOf(inputs)}/${text(inputs, "name")}/${cloud.random.hex(16)}`,
    ),
  outputs: {
    arn: ({ id }) => id,
    arnSuffix: ({ id }) => resourceOf(id).replace(/^loadbalancer\//, ""),
    dnsName: ({ id, inputs, place }) => {
      const name = `${inputs["internal"] === true ? "internal-" : ""}${text(inputs, "name")}`;
      return `${name}-${id.split("/").at(-1)}.${place.region}.elb.sandbox.invalid`;
    },
    vpcId: (draft) => subnetsOf(draft)[0]?.outputs["vpcId"] ?? "",
    // One hosted zone for each region and type, as AWS has them; which one says nothing here.
    zoneId: ({ inputs, place }) =>
      `Z${createHash("sha256")
        .update(`${place.region} ${kindOf(inputs)}`)
        .digest("hex")
        .slice(0, 13)
        .toUpperCase()}`,
    subnets: { onWrite: (draft) => subnetIds(draft.inputs), exceptFor: ["tags", "tagsAll"] },
    subnetMappings: {
      onWrite: (draft) => subnetIds(draft.inputs).map((subnetId) => ({ subnetId })),
      exceptFor: ["tags", "tagsAll"],
    },
    securityGroups: ({ inputs, outputs, cloud }) =>
      inputs["loadBalancerType"] === "application"
        ? [cloud.find(VPC, text(outputs, "vpcId") ?? "")?.outputs["defaultSecurityGroupId"] ?? ""]
        : [],
    ipAddressType: () => "ipv4",
    enforceSecurityGroupInboundRulesOnPrivateLinkTraffic: () => "",
    enablePrefixForIpv6SourceNat: () => "",
    idleTimeout: () => 60,
    clientKeepAlive: () => 3600,
    desyncMitigationMode: () => "defensive",
    dnsRecordClientRoutingPolicy: () => "any_availability_zone",
    dropInvalidHeaderFields: () => false,
    namePrefix: () => "",
  },
  keys: ["arn"],
  seconds: { create: 120, update: 5, delete: 5 },
};

function kindOf(inputs: Properties): string {
  return KINDS[text(inputs, "loadBalancerType") ?? ""] ?? "app";
}

function wrongPlaces(inputs: Properties): readonly Problem[] {
  const given = ["subnets", "subnetMappings"].filter((name) => inputs[name] !== undefined);
  if (given.length === 1) return [];
  const message = "exactly one of subnets and subnetMappings must be given";
  return [{ code: "ValidationError", message, property: given[0] ?? "subnets" }];
}

function subnetIds(inputs: Properties): readonly string[] {
  const mapped = list(inputs, "subnetMappings").flatMap((each) => (isProperties(each) ? texts(each["subnetId"]) : []));
  return [...texts(inputs["subnets"]), ...mapped];
}

function subnetsOf({ inputs, cloud }: Draft): readonly Resource[] {
  return subnetIds(inputs)
    .map((id) => cloud.find(SUBNET, id))
    .filter((subnet) => subnet !== undefined);
}

/** Source: Elastic Load Balancing user guides, "Subnets for your load balancer" of each type. */
function wrongSubnets(draft: Draft): Problem | undefined {
  const { inputs, cloud } = draft;
  const property = inputs["subnets"] === undefined ? "subnetMappings" : "subnets";
  const refuse = (code: string, message: string): Problem => ({ code, message, property });
  const subnets = subnetsOf(draft);
  const zones = new Set(subnets.map(({ outputs }) => outputs["availabilityZone"]));
  const vpcs = [...new Set(subnets.map(({ outputs }) => outputs["vpcId"]))];
  if (vpcs.length > 1) return refuse("InvalidConfigurationRequest", "all subnets must belong to the same VPC");
  if (zones.size < subnets.length) {
    const message = "a load balancer cannot be attached to multiple subnets in the same Availability Zone";
    return refuse("InvalidConfigurationRequest", message);
  }
  if (zones.size < (inputs["loadBalancerType"] === "application" ? 2 : 1)) {
    return refuse("ValidationError", "at least two subnets in two different Availability Zones must be specified");
  }
  const closed = !cloud.all(GATEWAY).some(({ outputs }) => outputs["vpcId"] === vpcs[0]);
  if (!closed || inputs["internal"] === true || inputs["loadBalancerType"] === "gateway") return undefined;
  return refuse("InvalidSubnet", `VPC ${String(vpcs[0])} has no internet gateway`);
}

function wrongGroups(draft: Draft): Problem | undefined {
  const { inputs, cloud } = draft;
  const vpcId = subnetsOf(draft)[0]?.outputs["vpcId"];
  const groups = texts(inputs["securityGroups"]);
  if (groups.length > 0 && inputs["loadBalancerType"] === "gateway") {
    const message = "Security groups are not supported for load balancers with type 'gateway'";
    return { code: "InvalidConfigurationRequest", message, property: "securityGroups" };
  }
  const strange = groups.find((id) => cloud.find(GROUP, id)?.outputs["vpcId"] !== vpcId);
  if (strange === undefined) return undefined;
  const message = `the security group '${strange}' does not belong to VPC '${String(vpcId)}'`;
  return { code: "InvalidConfigurationRequest", message, property: "securityGroups" };
}

/**
 * A balancer writes a test object to its log bucket when logging is switched on, and is refused when it may not.
 * Source: Elastic Load Balancing user guide, "Access logs for your Application Load Balancer".
 */
function closedLogs({ inputs, cloud }: Draft): Problem | undefined {
  for (const property of ["accessLogs", "connectionLogs", "healthCheckLogs"]) {
    const logs = object(inputs, property);
    const bucket = text(logs, "bucket") ?? "";
    if (logs["enabled"] !== true || mayBeWritten(bucket, cloud)) continue;
    const message = `Access Denied for bucket: ${bucket}. Please check S3bucket permission`;
    return { code: "InvalidConfigurationRequest", message, property };
  }
  return undefined;
}

function mayBeWritten(bucket: string, cloud: Draft["cloud"]): boolean {
  if (cloud.find("aws:s3/bucket:Bucket", bucket) === undefined) return false;
  return cloud
    .all("aws:s3/bucketPolicy:BucketPolicy")
    .filter(({ outputs }) => outputs["bucket"] === bucket)
    .some(({ outputs }) =>
      allows(statementsOf(text(outputs, "policy") ?? ""), {
        action: "s3:PutObject",
        type: "Service",
        isPrincipal: (principal) =>
          /^(logdelivery\.elasticloadbalancing|delivery\.logs)\.amazonaws\.com$/.test(principal),
      }),
    );
}

/**
 * A network balancer takes further subnets in place but gives none back, and has security groups from its making on or never.
 * Source: Elastic Load Balancing, "Update the Availability Zones" and "Update the security groups" of network balancers.
 */
function narrowed({ olds, news }: { readonly olds: Properties; readonly news: Properties }): readonly string[] {
  if (news["loadBalancerType"] !== "network") return [];
  const lost = texts(olds["subnets"]).filter((id) => !has(news["subnets"], id));
  const groups = (inputs: Properties): boolean => list(inputs, "securityGroups").length > 0;
  const secured = news["securityGroups"] === UNKNOWN ? groups(olds) : groups(news);
  return [...(lost.length > 0 ? ["subnets"] : []), ...(groups(olds) === secured ? [] : ["securityGroups"])];
}

function has(ids: Value | undefined, id: string): boolean {
  return ids === UNKNOWN || texts(ids).includes(id) || (Array.isArray(ids) && ids.includes(UNKNOWN));
}

/** Elastic Load Balancing, version 2. */
export const lbModels: readonly ResourceModel[] = [loadBalancer, targetGroup, listener, listenerRule];
