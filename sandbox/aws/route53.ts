import type { Draft, ResourceModel } from "../model/model.ts";
import type { Resource } from "../model/resource.ts";
import type { Problem } from "../model/rule.ts";
import { inputsOf } from "../model/schema.ts";
import { isProperties, list, type Properties, text, UNKNOWN } from "../model/values.ts";
import { HEALTH_CHECK, healthCheck } from "./route53HealthCheck.ts";
import { route53 } from "./route53Service.ts";
import { tagsRule } from "./tags.ts";

const ZONE = "aws:route53/zone:Zone";
const RECORD = "aws:route53/record:Record";
const INVALID = "InvalidChangeBatch";

const zone: ResourceModel = {
  type: ZONE,
  service: route53,
  scope: "account",
  codes: { notFound: "NoSuchHostedZone", inUse: "HostedZoneNotEmpty" },
  inputs: inputsOf(ZONE, {
    name: { required: true, code: "InvalidDomainName", pattern: "^([a-z0-9_*-]{1,63}\\.)*[a-z0-9_*-]{1,63}\\.?$" },
    comment: { default: "Managed by Pulumi", maxLength: 256 },
    forceDestroy: { default: false },
    tags: tagsRule("InvalidInput"),
  }),
  removes: (resource, cloud) => cloud.all(RECORD).filter(({ inputs }) => inputs["zoneId"] === resource.id),
  refuseDelete: (resource, cloud) => {
    if (resource.outputs["forceDestroy"] === true) return undefined;
    if (!cloud.all(RECORD).some(({ inputs }) => inputs["zoneId"] === resource.id)) return undefined;
    const message = `The specified hosted zone ${resource.id} contains non-required resource record sets and so cannot be deleted.`;
    return { code: "HostedZoneNotEmpty", message };
  },
  id: ({ cloud }) => `Z${cloud.random.hex(20).toUpperCase()}`,
  outputs: {
    arn: ({ id }) => `arn:aws:route53:::hostedzone/${id}`,
    zoneId: ({ id }) => id,
    nameServers: ({ cloud }) => [1, 2, 3, 4].map((n) => `ns-${cloud.random.integer(1, 2047)}.dns-${n}.sandbox.invalid`),
    primaryNameServer: ({ outputs }) => String(list(outputs, "nameServers")[0] ?? ""),
  },
  keys: ["arn"],
  seconds: { create: 30, delete: 30 },
};

/** The kinds of routing policy. A set of records of one name and type has one kind. */
const POLICIES = [
  "cidrRoutingPolicy",
  "failoverRoutingPolicies",
  "geolocationRoutingPolicies",
  "geoproximityRoutingPolicy",
  "latencyRoutingPolicies",
  "multivalueAnswerRoutingPolicy",
  "weightedRoutingPolicies",
];

const record: ResourceModel = {
  type: RECORD,
  service: route53,
  scope: "account",
  codes: { notFound: "NoSuchHostedZone", missing: "InvalidInput", invalid: INVALID },
  inputs: inputsOf(RECORD, {
    zoneId: { immutable: true, ref: { type: ZONE, code: "NoSuchHostedZone", holds: false } },
    name: { immutable: true },
    type: {
      enum: [
        "A",
        "AAAA",
        "CAA",
        "CNAME",
        "DS",
        "HTTPS",
        "MX",
        "NAPTR",
        "NS",
        "PTR",
        "SOA",
        "SPF",
        "SRV",
        "SSHFP",
        "SVCB",
        "TLSA",
        "TXT",
      ],
    },
    ttl: { min: 0, max: 2_147_483_647 },
    records: { unordered: true },
    healthCheckId: { ref: { type: HEALTH_CHECK, code: INVALID, holds: false } },
    failoverRoutingPolicies: { items: { properties: { type: { enum: ["PRIMARY", "SECONDARY"] } } } },
    weightedRoutingPolicies: { items: { properties: { weight: { min: 0, max: 255 } } } },
  }),
  check: wrongShape,
  refuse: (draft) => conflicting(draft) ?? missingTarget(draft),
  id: ({ inputs }) =>
    [text(inputs, "zoneId"), fqdnOf(inputs), text(inputs, "type"), text(inputs, "setIdentifier")]
      .filter(Boolean)
      .join("_"),
  outputs: { fqdn: ({ inputs, cloud }) => fullName(inputs, cloud.find(ZONE, text(inputs, "zoneId") ?? "")) },
  seconds: { create: 30, update: 30, delete: 30 },
};

function fqdnOf(inputs: Properties): string {
  return (text(inputs, "name") ?? "").replace(/\.$/, "").toLowerCase();
}

/** A name is taken as it stands where it ends with the zone's, and as the zone's child elsewhere, as the provider does. */
function fullName(inputs: Properties, of: Resource | undefined): string {
  const name = fqdnOf(inputs);
  const zoneName = (text(of?.outputs ?? {}, "name") ?? "").replace(/\.$/, "");
  if (name === "" || name === zoneName) return zoneName;
  return name.endsWith(`.${zoneName}`) ? name : `${name}.${zoneName}`;
}

const policiesIn = (inputs: Properties): readonly string[] => POLICIES.filter((name) => inputs[name] !== undefined);

function wrongShape(inputs: Properties): readonly Problem[] {
  const problem = (message: string, property: string): readonly Problem[] => [{ code: INVALID, message, property }];
  const alias = list(inputs, "aliases").length > 0 || inputs["aliases"] === UNKNOWN;
  if (alias === (inputs["records"] !== undefined)) return problem("a record is an alias, or has values", "records");
  if (alias === (inputs["ttl"] !== undefined)) return problem("values have a ttl, an alias has its target's", "ttl");
  const policies = policiesIn(inputs);
  if (policies.length > 1) return problem(`one routing policy, not ${policies.join(" and ")}`, policies[1] ?? "");
  if (policies.length === 1 && inputs["setIdentifier"] === undefined) {
    return problem("a record with a routing policy needs a setIdentifier", "setIdentifier");
  }
  if (policies.length === 0 && inputs["setIdentifier"] !== undefined) {
    return problem("a setIdentifier needs a routing policy", "setIdentifier");
  }
  return [];
}

function conflicting({ id, inputs, cloud }: Draft): Problem | undefined {
  const [policy] = policiesIn(inputs);
  const of = cloud.find(ZONE, text(inputs, "zoneId") ?? "");
  const name = fullName(inputs, of);
  const twins = cloud
    .all(RECORD)
    .filter((other) => other.id !== id && other.inputs["zoneId"] === of?.id && other.outputs["fqdn"] === name)
    .filter((other) => other.inputs["type"] === inputs["type"]);
  const problem = (message: string): Problem => ({ code: INVALID, message, property: "name" });
  const tried = `Tried to create resource record set [name='${name}.', type='${text(inputs, "type")}']`;
  if (twins.some((other) => other.inputs["setIdentifier"] === inputs["setIdentifier"])) {
    return inputs["allowOverwrite"] === true ? undefined : problem(`${tried} but it already exists`);
  }
  if (twins.some((other) => policiesIn(other.inputs)[0] !== policy)) {
    return problem(`${tried} but a record of the same name and type has another routing policy`);
  }
  const role = failoverOf(inputs);
  if (role === undefined || !twins.some((other) => failoverOf(other.inputs) === role)) return undefined;
  return problem(`${tried} but there is already a ${role} record of that name and type`);
}

function failoverOf(inputs: Properties): string | undefined {
  const [policy] = list(inputs, "failoverRoutingPolicies");
  return isProperties(policy) ? text(policy, "type") : undefined;
}

/** An alias to a name of its own zone needs a record there. What stands in AWS's own zones is not looked for. */
function missingTarget({ inputs, cloud }: Draft): Problem | undefined {
  const zoneId = text(inputs, "zoneId");
  for (const alias of list(inputs, "aliases").filter(isProperties)) {
    const target = fqdnOf(alias);
    if (alias["zoneId"] !== zoneId) continue;
    if (cloud.all(RECORD).some((one) => one.inputs["zoneId"] === zoneId && one.outputs["fqdn"] === target)) continue;
    const message = `Tried to create an alias that targets ${target}., type ${text(inputs, "type")} in zone ${zoneId}, but the alias target name does not lie within the target zone`;
    return { code: INVALID, message, property: "aliases" };
  }
  return undefined;
}

/** Amazon Route 53: zones, records, health checks. */
export const route53Models: readonly ResourceModel[] = [zone, record, healthCheck];
