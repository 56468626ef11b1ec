import { describe, expect, it } from "vitest";
import { type PricedResource, priceBook, priceStack } from "../../pricing/index.ts";
import { priced, UNKNOWN } from "./support/resources.ts";

const home = { region: "us-east-1" };
const HOURS = 730;
/** What the book has in us-east-1, in micro-USD. */
const [MACHINE, GP3, ADDRESS, BALANCER, UNIT] = [96_000, 80_000, 5_000, 22_500, 6_000];

const cost = (...resources: readonly PricedResource[]) => priceStack(resources, home);
const whys = (...resources: readonly PricedResource[]) => cost(...resources).unpriced.map(({ why }) => why);
const frees = (...resources: readonly PricedResource[]) => cost(...resources).free.map(({ why }) => why);

describe("the addresses of a load balancer", () => {
  const balancer = (inputs: object) =>
    cost(priced("aws:lb/loadBalancer:LoadBalancer", { loadBalancerType: "network", ...inputs })).monthly;
  const itself = HOURS * (BALANCER + UNIT);

  it("cost by the subnet, and nothing more where they are addresses of the program, which are priced as that", () => {
    const mappings = [{ subnetId: "subnet-1" }, { subnetId: "subnet-2", allocationId: "eipalloc-1" }];
    expect(balancer({ subnets: ["subnet-1", "subnet-2"] })).toBe(itself + 2 * HOURS * ADDRESS);
    expect(balancer({ subnetMappings: mappings })).toBe(itself + HOURS * ADDRESS);
  });

  it("cost nothing where they are IPv6 alone", () => {
    expect(balancer({ subnets: ["subnet-1"], ipAddressType: "dualstack-without-public-ipv4" })).toBe(itself);
  });
});

describe("the disks of machines", () => {
  const group = (inputs: object) => priced("aws:autoscaling/group:Group", { minSize: 1, maxSize: 1, ...inputs });
  const machine = HOURS * MACHINE;

  it("are those of their image where a launch template says none", () => {
    const template = priced("aws:ec2/launchTemplate:LaunchTemplate", { instanceType: "m5.large" }, { id: "lt-1" });
    const launchTemplate = { id: "lt-1" };
    expect(cost(template, group({ launchTemplate })).monthly).toBe(machine + 8 * GP3);
    expect(cost(template, priced("aws:ec2/instance:Instance", { launchTemplate })).monthly).toBe(machine + 8 * GP3);
    const scalingConfig = { minSize: 1, maxSize: 1 };
    const nodes = priced("aws:eks/nodeGroup:NodeGroup", { scalingConfig, launchTemplate });
    expect(cost(template, nodes).monthly).toBe(machine + 20 * GP3);
  });

  it("of a launch configuration are where it says them, and its machines are spot where it bids", () => {
    const configuration = (more: object) =>
      priced(
        "aws:ec2/launchConfiguration:LaunchConfiguration",
        { instanceType: "m5.large", rootBlockDevice: { volumeSize: 50, volumeType: "gp3" }, ...more },
        { id: "lc-1" },
      );
    const named = group({ launchConfiguration: "lc-1" });
    expect(cost(configuration({}), named).monthly).toBe(machine + 50 * GP3);
    expect(cost(configuration({ associatePublicIpAddress: true }), named).monthly).toBe(
      machine + 50 * GP3 + HOURS * ADDRESS,
    );
    expect(cost(configuration({ spotPrice: "0.05" }), named).monthly).toBeLessThan(machine);
  });

  it("are found by the id that a group of mixed machines has deep inside", () => {
    const template = priced(
      "aws:ec2/launchTemplate:LaunchTemplate",
      { instanceType: "m5.large", blockDeviceMappings: [{ ebs: { volumeSize: 50, volumeType: "gp3" } }] },
      { id: "lt-1" },
    );
    const launchTemplate = { launchTemplateSpecification: { launchTemplateId: "lt-1" } };
    expect(cost(template, group({ mixedInstancesPolicy: { launchTemplate } })).monthly).toBe(machine + 50 * GP3);
  });
});

describe("what the book cannot price", () => {
  it("of a database is said: fast storage, and storage as large as its source's", () => {
    const database = (inputs: object) =>
      whys(priced("aws:rds/instance:Instance", { engine: "postgres", instanceClass: "db.r6g.large", ...inputs }));
    expect(database({ allocatedStorage: 100, storageType: "gp3" })).toEqual([]);
    expect(database({ allocatedStorage: 100, iops: 3_000 })).toEqual([
      "the price book has no database storage of type io1",
    ]);
    expect(database({ allocatedStorage: 400, storageType: "gp3", iops: 16_000 })[0]).toContain("operations");
    expect(database({ snapshotIdentifier: "rds:shop" })).toEqual(["its storage is as large as its source's"]);
  });

  it("of a cluster is said: machines that it makes by itself", () => {
    expect(whys(priced("aws:eks/cluster:Cluster", { computeConfig: { enabled: true } }))).toHaveLength(1);
    expect(whys(priced("aws:eks/cluster:Cluster", {}))).toEqual([]);
    for (const type of ["karpenter.sh/v1:NodePool", "rds.services.k8s.aws/v1alpha1:DBInstance"])
      expect(whys(priced(`kubernetes:${type}`, {}))).toEqual(["what the cluster makes by it is not seen here"]);
    expect(frees(priced("kubernetes:example.com/v1:Karpenter", {}))).toHaveLength(1);
  });

  it("of a gateway in several zones is said, and of restores for a test", () => {
    expect(whys(priced("aws:ec2/natGateway:NatGateway", { availabilityMode: "regional" }))).toHaveLength(1);
    expect(whys(priced("aws:backup/restoreTestingPlan:RestoreTestingPlan", {}))[0]).toContain("restores");
  });
});

describe("a cluster of Aurora", () => {
  const cluster = (inputs: Readonly<Record<string, unknown>>) =>
    priced("aws:rds/cluster:Cluster", { engine: "aurora-postgresql", ...inputs }, { id: "c-1" });
  const instance = priced("aws:rds/clusterInstance:ClusterInstance", {
    ...{ clusterIdentifier: "c-1", engine: "aurora-postgresql", instanceClass: "db.r6g.large" },
  });
  const [STORED, REQUESTS, OPTIMIZED] = [100_000 * 100, 200_000 * 100 * 3.6 * 0.73, 225_000 * 100];

  it("costs its storage and each request to it, and where it is I/O-Optimized dearer storage and instances alone", () => {
    expect(cost(cluster({})).monthly).toBe(STORED + REQUESTS);
    expect(cost(cluster({ storageType: "aurora-iopt1" })).monthly).toBe(OPTIMIZED);
    const plain = cost(cluster({}), instance);
    const optimized = cost(cluster({ storageType: "aurora-iopt1" }), instance);
    expect(optimized.monthly - OPTIMIZED).toBe(Math.round(1.3 * (plain.monthly - STORED - REQUESTS)));
    expect([...plain.unpriced, ...optimized.unpriced]).toEqual([]);
  });

  it("that is in another stack leaves open what its instances cost more", () => {
    expect(whys(instance)).toEqual([expect.stringContaining("I/O-Optimized: that is not seen here")]);
  });
});

describe("a cluster of Kubernetes", () => {
  const hourly = (inputs: Readonly<Record<string, unknown>>) =>
    cost(priced("aws:eks/cluster:Cluster", inputs)).monthly / HOURS;

  it("costs six times as much in a version that is out of standard support, unless it is upgraded by itself", () => {
    expect(hourly({})).toBe(100_000);
    expect(hourly({ version: "1.35" })).toBe(100_000);
    expect(hourly({ version: "1.31" })).toBe(600_000);
    expect(hourly({ version: "1.31", upgradePolicy: { supportType: "EXTENDED" } })).toBe(600_000);
    expect(hourly({ version: "1.31", upgradePolicy: { supportType: "STANDARD" } })).toBe(100_000);
  });
});

describe("what a topic, a queue or a stream delivers", () => {
  const delivered = (protocol: string) =>
    priced("aws:sns/topicSubscription:TopicSubscription", { protocol, topic: "t" });

  it("costs over HTTP, is free inside AWS, and has no price to telephones", () => {
    expect(cost(delivered("https")).monthly).toBe(10 * 3_600 * HOURS * 0.6);
    for (const protocol of ["sqs", "lambda", "firehose"]) expect(frees(delivered(protocol))).toHaveLength(1);
    for (const protocol of ["sms", "email", "application"])
      expect(whys(delivered(protocol))).toEqual([`the price book has no deliveries by ${protocol}`]);
  });

  it("to a function is free, but for pollers that are provisioned", () => {
    const mapping = (inputs: Readonly<Record<string, unknown>>) =>
      priced("aws:lambda/eventSourceMapping:EventSourceMapping", inputs);
    expect(frees(mapping({}))).toHaveLength(1);
    expect(whys(mapping({ provisionedPollerConfig: { minimumPollers: 2 } }))[0]).toContain("provisioned pollers");
  });
});

describe("a resource that has another name", () => {
  it("costs as much by that", () => {
    const named = (module: string) =>
      cost(priced(`aws:${module}/loadBalancer:LoadBalancer`, { subnets: ["s-1"] })).monthly;
    expect(named("lb")).toBeGreaterThan(0);
    for (const module of ["alb", "elasticloadbalancingv2"]) {
      expect(named(module)).toBe(named("lb"));
      expect(frees(priced(`aws:${module}/listener:Listener`, {}))).toHaveLength(1);
    }
    expect(cost(priced("aws:s3/bucketV2:BucketV2", {})).monthly).toBe(cost(priced("aws:s3/bucket:Bucket", {})).monthly);
    expect(frees(priced("aws:s3/bucketVersioningV2:BucketVersioningV2", {}))).toHaveLength(1);
  });
});

describe("a service of tasks", () => {
  const task = priced("aws:ecs/taskDefinition:TaskDefinition", { cpu: "1024", memory: "2048" }, { id: "task" });
  const service = (capacityProvider: string) =>
    priced("aws:ecs/service:Service", {
      desiredCount: 1,
      taskDefinition: "task",
      capacityProviderStrategies: [{ capacityProvider, weight: 1 }],
    });

  it("on machines of one's own costs nothing more, and on Fargate its tasks", () => {
    expect(cost(task, service("machines")).monthly).toBe(0);
    expect(frees(service("machines"))).toEqual(["its tasks run on machines that are priced for themselves"]);
    expect(cost(task, service("FARGATE")).monthly).toBe(HOURS * (40_480 + 2 * 4_445));
    expect(whys(task, service("FARGATE_SPOT"))).toEqual(["Fargate Spot: priced as Fargate, which is dearer"]);
  });
});

describe("what an object of a cluster makes in the cloud", () => {
  it("is priced: a volume for each pod of a stateful set", () => {
    const claim = (storage: string) => ({ spec: { resources: { requests: { storage } } } });
    const set = (spec: object) => priced("kubernetes:apps/v1:StatefulSet", { spec });
    expect(cost(set({ replicas: 3, volumeClaimTemplates: [claim("10Gi"), claim("1Ti")] })).monthly).toBe(
      3 * (10 + 1_024) * GP3,
    );
    expect(frees(set({ replicas: 3 }))).toHaveLength(1);
    expect(whys(set({ replicas: UNKNOWN, volumeClaimTemplates: [claim("10Gi")] }))[0]).toContain("not known yet");
  });

  it("is priced: the load balancer of an ingress of the AWS controller, unless it is shared", () => {
    const ingress = (annotations: object, ingressClassName?: string) =>
      priced("kubernetes:networking.k8s.io/v1:Ingress", { metadata: { annotations }, spec: { ingressClassName } });
    expect(cost(ingress({}, "alb")).monthly).toBe(HOURS * (BALANCER + 8_000));
    expect(cost(ingress({ "kubernetes.io/ingress.class": "alb" })).monthly).toBe(HOURS * (BALANCER + 8_000));
    expect(whys(ingress({ "alb.ingress.kubernetes.io/group.name": "games" }, "alb"))[0]).toContain("shares");
    expect(frees(ingress({}, "nginx"))).toHaveLength(1);
  });
});

describe("a price that the book knows of another region than us-east-1 alone", () => {
  it("is listed there, and goes by what machines cost here against there everywhere else, us-east-1 too", () => {
    const machine = (region: string) => Number(priceBook.find("ec2/m5.large", region)?.unitPrice);
    for (const [entry, region] of [
      ["delivery/ingested", "eu-west-2"],
      ["delivery/converted", "eu-west-2"],
      ["backup/kept", "us-west-1"],
    ] as const) {
      const there = priceBook.find(entry, region);
      const here = priceBook.find(entry, "us-east-1");
      expect([there?.basis, here?.basis]).toEqual(["listed", "factor"]);
      const expected = (Number(there?.unitPrice) * machine("us-east-1")) / machine(region);
      expect(Number(here?.unitPrice)).toBeCloseTo(expected, 5);
    }
  });
});
