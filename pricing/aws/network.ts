import type { EstimateSubject, Estimator, Usage } from "../estimator.ts";

const SECONDS_PER_HOUR = 3_600;

/** How many of something happens in a month at a rate a second. */
export const inMonth = ({ assume }: EstimateSubject, perSecond: number): number =>
  perSecond * SECONDS_PER_HOUR * assume("hoursPerMonth");

const hours = (subject: EstimateSubject, entry: string, count = 1): Usage => ({
  entry,
  quantity: count * subject.assume("hoursPerMonth"),
});

const natGateway: Estimator = (subject) => [
  hours(subject, "nat/hour"),
  { entry: "nat/data", quantity: subject.assume("natGigabytes") },
  ...(subject.text("availabilityMode") === "regional"
    ? [{ unpriced: "its hours in each zone but the first: where it is follows the machines" }]
    : []),
];

const vpcEndpoint: Estimator = (subject) => {
  const kind = subject.text("vpcEndpointType") ?? "Gateway";
  if (kind === "Gateway") return { free: "gateway endpoints have no charge (AWS PrivateLink pricing)" };
  if (kind !== "Interface") return [{ unpriced: `the price book has no endpoints of type ${kind.slice(0, 40)}` }];
  const zones = Math.max(subject.list("subnetIds").length, subject.list("subnetConfigurations").length);
  return [
    hours(subject, "endpoint/hour", zones),
    { entry: "endpoint/data", quantity: subject.assume("endpointGigabytes") },
  ];
};

/** A public one has an address in each of its subnets, at the price of a public IPv4 address; one of the program's own is priced as an address. */
const loadBalancer: Estimator = (subject) => {
  const kind = subject.text("loadBalancerType") ?? "application";
  if (kind !== "application" && kind !== "network")
    return [{ unpriced: `the price book has no load balancers of type ${kind.slice(0, 40)}` }];
  const mapped = subject.list("subnetMappings").map((_, index) => subject.has("subnetMappings", index, "allocationId"));
  const zones = Math.max(subject.list("subnets").length, mapped.length) - mapped.filter(Boolean).length;
  const inside = subject.flag("internal") || subject.text("ipAddressType") === "dualstack-without-public-ipv4";
  return [
    hours(subject, `loadBalancer/${kind}`),
    { entry: `loadBalancer/${kind}Unit`, quantity: subject.assume("balancerUnits") * subject.assume("hoursPerMonth") },
    ...(inside || zones === 0 ? [] : [hours(subject, "publicAddress/hour", zones)]),
  ];
};

const attachment: Estimator = (subject) => [
  hours(subject, "transit/hour"),
  { entry: "transit/data", quantity: subject.assume("transitGigabytes") },
];

const distribution: Estimator = (subject) => [
  { entry: "cdn/data", quantity: subject.assume("cdnGigabytes") },
  { entry: "cdn/requests", quantity: inMonth(subject, subject.assume("requestsPerSecond")) },
];

const accelerator: Estimator = (subject) => [
  hours(subject, "accelerator/hour"),
  { entry: "accelerator/data", quantity: subject.assume("acceleratorGigabytes") },
];

const elsewhere: ReadonlySet<string> = new Set(["HTTPS", "HTTPS_STR_MATCH"]);

/** Whether an endpoint is in AWS cannot be told of an address; the dearer price is taken where its name does not say so. */
const healthCheck: Estimator = ({ text, flag, number }) => {
  const type = text("type") ?? "";
  if (type === "CALCULATED" || type === "CLOUDWATCH_METRIC" || type === "RECOVERY_CONTROL")
    return [{ entry: "healthCheck/aws", quantity: 1 }];
  const where = text("fqdn")?.endsWith(".amazonaws.com") ? "aws" : "other";
  const features = [
    elsewhere.has(type),
    type.endsWith("STR_MATCH"),
    flag("measureLatency"),
    number("requestInterval") === 10,
  ].filter(Boolean).length;
  const entry = `healthCheck/${where}`;
  return [{ entry, quantity: 1 }, ...(features > 0 ? [{ entry: `${entry}Feature`, quantity: features }] : [])];
};

const webAcl: Estimator = (subject) => [
  { entry: "firewall/acl", quantity: 1 },
  { entry: "firewall/rule", quantity: subject.list("rules").length },
  { entry: "firewall/requests", quantity: inMonth(subject, subject.assume("requestsPerSecond")) },
];

export const networkEstimators: Readonly<Record<string, Estimator>> = {
  "aws:cloudfront/distribution:Distribution": distribution,
  "aws:ec2/eip:Eip": (subject) => [hours(subject, "publicAddress/hour")],
  "aws:ec2/natGateway:NatGateway": natGateway,
  "aws:ec2/vpcEndpoint:VpcEndpoint": vpcEndpoint,
  "aws:ec2transitgateway/peeringAttachment:PeeringAttachment": (subject) => [hours(subject, "transit/hour")],
  "aws:ec2transitgateway/vpcAttachment:VpcAttachment": attachment,
  "aws:globalaccelerator/accelerator:Accelerator": accelerator,
  "aws:globalaccelerator/customRoutingAccelerator:CustomRoutingAccelerator": accelerator,
  // Three names of one resource: the first two are what it was called before.
  "aws:alb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:elasticloadbalancingv2/loadBalancer:LoadBalancer": loadBalancer,
  "aws:lb/loadBalancer:LoadBalancer": loadBalancer,
  "aws:route53/healthCheck:HealthCheck": healthCheck,
  "aws:route53/zone:Zone": () => [{ entry: "zone/month", quantity: 1 }],
  "aws:route53recoverycontrol/cluster:Cluster": (subject) => [hours(subject, "recovery/clusterHour")],
  "aws:wafv2/webAcl:WebAcl": webAcl,
};
