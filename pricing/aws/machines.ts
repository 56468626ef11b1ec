import { type EstimateSubject, type Estimator, Malformed, type Unpriced, type Usage } from "../estimator.ts";
import type { Path } from "../knownValue.ts";
import { diskUsage } from "./volumes.ts";

const TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate";
const CONFIGURATION = "aws:ec2/launchConfiguration:LaunchConfiguration";

interface Fleet {
  readonly type: string;
  /** How many there are on average. */
  readonly machines: number;
  /** Of them, the share that is spot. */
  readonly spot: number;
}

/** Machines by the hour; spot ones at what is assumed of their discount. */
function machineUsage({ assume }: EstimateSubject, { type, machines, spot }: Fleet): readonly Usage[] {
  const hours = machines * assume("hoursPerMonth");
  const entry = `ec2/${type}`;
  const onDemand = spot < 1 ? [{ entry, what: type, quantity: hours * (1 - spot) }] : [];
  if (spot === 0) return onDemand;
  const paid = 1 - assume("spotDiscount");
  return [...onDemand, { entry, what: `${type} spot, as hours on demand`, quantity: hours * spot * paid }];
}

/** How many machines a group has on average, between its least and its most. */
const average = ({ assume }: EstimateSubject, least: number, most: number): number =>
  least + Math.max(most - least, 0) * assume("fleetUtilisation");

/** What Amazon's own images ask for, and its images of EKS nodes, in GiB; another image may ask for more. */
const imageDisks = { machine: 8, node: 20 } as const;

/** Of a machine of which nobody says the disk. */
const imageDisk = (machines: number, gibibytes: number): Usage => ({
  entry: "volume/gp3",
  quantity: machines * gibibytes,
  what: `root disk, taken as ${gibibytes} GiB`,
});

/** The disks that an instance or a launch configuration describes. */
const ownDisks = (subject: EstimateSubject, machines: number): readonly (Usage | Unpriced)[] => [
  ...(subject.has("rootBlockDevice")
    ? diskUsage(subject, ["rootBlockDevice"], machines)
    : [imageDisk(machines, imageDisks.machine)]),
  ...subject.list("ebsBlockDevices").flatMap((_, index) => diskUsage(subject, ["ebsBlockDevices", index], machines)),
];

const mappedDisks = (template: EstimateSubject, machines: number): readonly (Usage | Unpriced)[] =>
  template
    .list("blockDeviceMappings")
    .flatMap((_, index) => diskUsage(template, ["blockDeviceMappings", index, "ebs"], machines));

const templateDisks = (template: EstimateSubject, machines: number, gibibytes: number) =>
  template.list("blockDeviceMappings").length > 0 ? mappedDisks(template, machines) : [imageDisk(machines, gibibytes)];

const templateAddresses = (template: EstimateSubject, machines: number): readonly Usage[] => {
  const addressed = template
    .list("networkInterfaces")
    .filter((_, index) => template.flag("networkInterfaces", index, "associatePublicIpAddress")).length;
  return addressUsage(template, machines * addressed);
};

/** The disks and public addresses that a launch template or configuration gives each machine. */
function templateUsage(
  template: EstimateSubject,
  machines: number,
  gibibytes: number = imageDisks.machine,
): readonly (Usage | Unpriced)[] {
  if (template.resource.type === CONFIGURATION)
    return [
      ...ownDisks(template, machines),
      ...addressUsage(template, template.flag("associatePublicIpAddress") ? machines : 0),
    ];
  return [...templateDisks(template, machines, gibibytes), ...templateAddresses(template, machines)];
}

const addressUsage = ({ assume }: EstimateSubject, addresses: number): readonly Usage[] =>
  addresses > 0 ? [{ entry: "publicAddress/hour", quantity: addresses * assume("hoursPerMonth") }] : [];

const elsewhere: Unpriced = { unpriced: "the disks of a launch template that is not known, or in another stack" };

const nodeGroup: Estimator = (subject) => {
  const { text, number, list, mentions, referred } = subject;
  const least = number("scalingConfig", "minSize") ?? 0;
  const machines = average(subject, least, number("scalingConfig", "maxSize") ?? least);
  const template = referred("launchTemplate", TEMPLATE);
  // EKS takes t3.medium and a disk of 20 GiB where nothing is said (EKS API reference, CreateNodegroup).
  const type = (list("instanceTypes").length > 0 && text("instanceTypes", 0)) || template?.text("instanceType");
  const spot = text("capacityType") === "SPOT" ? 1 : 0;
  const disk: readonly (Usage | Unpriced)[] = template
    ? templateUsage(template, machines, imageDisks.node)
    : mentions("launchTemplate")
      ? [elsewhere]
      : [
          {
            entry: "volume/gp3",
            quantity: machines * (number("diskSize") ?? imageDisks.node),
            what: "the nodes' disks",
          },
        ];
  return [...machineUsage(subject, { type: type ?? "t3.medium", machines, spot }), ...disk];
};

const scalingGroup: Estimator = (subject) => {
  const { number, text, has, mentions, referred } = subject;
  const least = number("minSize") ?? 0;
  const machines = average(subject, least, number("maxSize") ?? least);
  const mixed = "mixedInstancesPolicy";
  const template =
    referred(mentions(mixed) ? mixed : "launchTemplate", TEMPLATE) ?? referred("launchConfiguration", CONFIGURATION);
  const override: Path = [mixed, "launchTemplate", "overrides", 0, "instanceType"];
  const type = text(...override) ?? template?.text("instanceType");
  if (type === undefined)
    return [{ unpriced: "its launch template is in another stack, or does not say the instance type" }];
  const asksForSpot = template?.has("instanceMarketOptions") || template?.has("spotPrice");
  const spot = has(mixed) ? spotShare(subject, machines) : asksForSpot ? 1 : 0;
  return [
    ...machineUsage(subject, { type, machines, spot }),
    ...(template ? templateUsage(template, machines) : [elsewhere]),
  ];
};

/** Amazon EC2 Auto Scaling's defaults: no base, and all above it on demand. */
function spotShare({ number }: EstimateSubject, machines: number): number {
  const distribution = ["mixedInstancesPolicy", "instancesDistribution"];
  const base = Math.min(number(...distribution, "onDemandBaseCapacity") ?? 0, machines);
  const onDemand = Math.min((number(...distribution, "onDemandPercentageAboveBaseCapacity") ?? 100) / 100, 1);
  return machines === 0 ? 0 : ((machines - base) * (1 - onDemand)) / machines;
}

const instance: Estimator = (subject) => {
  const { text, list, flag, has, referred } = subject;
  const template = referred("launchTemplate", TEMPLATE);
  const type = text("instanceType") ?? template?.text("instanceType");
  if (type === undefined) throw new Malformed("neither the instance nor its launch template says instanceType");
  const described = has("rootBlockDevice") || list("ebsBlockDevices").length > 0;
  return [
    ...machineUsage(subject, { type, machines: 1, spot: has("instanceMarketOptions") ? 1 : 0 }),
    ...(template && !described ? templateDisks(template, 1, imageDisks.machine) : ownDisks(subject, 1)),
    ...(template && described ? mappedDisks(template, 1) : []),
    ...(template ? templateAddresses(template, 1) : addressUsage(subject, flag("associatePublicIpAddress") ? 1 : 0)),
  ];
};

/** Machines, alone and in groups. A launch template costs where it is used. */
export const machineEstimators: Readonly<Record<string, Estimator>> = {
  "aws:autoscaling/group:Group": scalingGroup,
  "aws:ec2/instance:Instance": instance,
  "aws:eks/nodeGroup:NodeGroup": nodeGroup,
};
