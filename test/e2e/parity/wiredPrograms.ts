import type { ParityProgram, Registered } from "./programs.ts";

type References = Readonly<Record<string, string>>;

/** The resources of one program, each with the program's name before its own. */
const wired = (
  program: string,
  ...resources: readonly (readonly [
    type: string,
    name: string,
    inputs: Registered["inputs"],
    references?: References,
  ])[]
): ParityProgram => ({
  name: program,
  resources: resources.map(([type, name, inputs, references = {}]) => ({
    ...{ type, name: `${program}-${name}`, inputs },
    references: Object.fromEntries(Object.entries(references).map(([key, to]) => [key, `${program}-${to}`])),
  })),
});

const bucket = "aws:s3/bucket:Bucket";
const block = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock";
const closed = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const plan = "aws:backup/plan:Plan";
const address = "aws:ec2/eip:Eip";
const nat = "aws:ec2/natGateway:NatGateway";
const table = "aws:ec2/routeTable:RouteTable";
const association = "aws:ec2/routeTableAssociation:RouteTableAssociation";
const subnet = "aws:ec2/subnet:Subnet";
const route = "aws:ec2/route:Route";
const everywhere = { destinationCidrBlock: "0.0.0.0/0" };
const cluster = "aws:rds/cluster:Cluster";
const member = "aws:rds/clusterInstance:ClusterInstance";
const database = { engine: "aurora-postgresql", storageEncrypted: true };

const labels = { app: "wired-lobby" };
const deployment = {
  metadata: { name: "wired-lobby", namespace: "wired" },
  spec: {
    replicas: 3,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [] } },
  },
};
const budget = {
  metadata: { name: "wired-lobby", namespace: "wired" },
  spec: { minAvailable: 2, selector: { matchLabels: labels } },
};

/**
 * What no resource can tell alone: each compliant wiring, and the same with a part of it missing or amiss. In the order of their
 * names: the gate names the resource that came last, and a pack, which is told no order, the last by name.
 */
export const wiredPrograms: readonly ParityProgram[] = [
  wired("bare-pods", [
    "kubernetes:apps/v1:Deployment",
    "it",
    { ...deployment, metadata: { name: "bare", namespace: "bare" } },
  ]),
  wired("closed-bucket", [bucket, "it", {}], [block, "block", closed, { bucket: "it" }]),
  wired(
    "guarded-pods",
    ["kubernetes:apps/v1:Deployment", "it", deployment],
    ["kubernetes:policy/v1:PodDisruptionBudget", "budget", budget],
  ),
  wired("idle-address", [address, "it", { domain: "vpc" }]),
  wired("one-member", [cluster, "it", database], memberOf("a")),
  wired("open-bucket", [bucket, "it", {}]),
  wired("shared-gateway", ...["a", "b"].flatMap((zone) => zoneThrough(zone, "nat-a"))),
  wired("two-members", [cluster, "it", database], ...["a", "b"].map(memberOf)),
  wired("unused-plan", [plan, "it", { name: "unused" }]),
  wired("used-address", [address, "it", { domain: "vpc" }], [nat, "taker", {}, { allocationId: "it" }]),
  wired("used-plan", [plan, "it", { name: "used" }], ["aws:backup/selection:Selection", "all", {}, { planId: "it" }]),
  wired("zoned-gateways", ...["a", "b"].flatMap((zone) => zoneThrough(zone, `nat-${zone}`))),
];

type Part = Parameters<typeof wired>[1];

function memberOf(name: string): Part {
  return [member, name, { instanceClass: "db.r6g.large", engine: "aurora-postgresql" }, { clusterIdentifier: "it" }];
}

/** A zone whose machines reach the world through a gateway, which is made with the zone that it is named after. */
function zoneThrough(zone: string, gateway: string): readonly Part[] {
  const own: readonly Part[] = gateway === `nat-${zone}` ? [[nat, gateway, {}]] : [];
  return [
    ...own,
    [subnet, zone, { availabilityZone: `eu-west-1${zone}` }],
    [table, `table-${zone}`, {}],
    [route, `out-${zone}`, everywhere, { routeTableId: `table-${zone}`, natGatewayId: gateway }],
    [association, `in-${zone}`, {}, { routeTableId: `table-${zone}`, subnetId: zone }],
  ];
}
