import type { Properties } from "../../sandbox/model/values.ts";
import { type ConformanceCase, conformance, type Made, type Workshop } from "./conformance.ts";

const CLUSTER = "aws:eks/cluster:Cluster";
const NODE_GROUP = "aws:eks/nodeGroup:NodeGroup";
const ADDON = "aws:eks/addon:Addon";
const POD_IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry";
const ACCESS_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

function made(all: Made, name: string) {
  const found = all[name];
  if (found === undefined) throw new Error(`the case made no ${name}`);
  return found;
}

const idOf = (all: Made, name: string) => made(all, name).id;
const arnOf = (all: Made, name: string) => made(all, name).outputs["arn"] ?? "";

async function network({ make, next }: Workshop): Promise<Made> {
  const vpc = await make("aws:ec2/vpc:Vpc", { cidrBlock: "10.0.0.0/16" });
  const subnet = (net: number, zone: string) =>
    make("aws:ec2/subnet:Subnet", { vpcId: vpc.id, cidrBlock: `10.0.${net}.0/24`, availabilityZone: zone });
  const role = await make("aws:iam/role:Role", {
    name: `role-${next()}`,
    assumeRolePolicy: trust("eks.amazonaws.com"),
  });
  return { vpc, one: await subnet(0, "eu-west-1a"), two: await subnet(1, "eu-west-1b"), role };
}

const clusterInputs = (all: Made, n: number): Properties => ({
  name: `cluster-${n}`,
  roleArn: arnOf(all, "role"),
  accessConfig: { authenticationMode: "API" },
  vpcConfig: { subnetIds: [idOf(all, "one"), idOf(all, "two")] },
});

async function cluster(workshop: Workshop): Promise<Made> {
  const all = await network(workshop);
  return { ...all, cluster: await workshop.make(CLUSTER, clusterInputs(all, workshop.next())) };
}

const nodes = (all: Made, n: number): Properties => ({
  clusterName: idOf(all, "cluster"),
  nodeGroupName: `nodes-${n}`,
  nodeRoleArn: arnOf(all, "role"),
  subnetIds: [idOf(all, "one"), idOf(all, "two")],
  scalingConfig: { minSize: 1, maxSize: 4, desiredSize: 2 },
});

const cases: readonly ConformanceCase[] = [
  {
    type: CLUSTER,
    needs: network,
    smallest: clusterInputs,
    id: /^cluster-\d+$/,
    outputs: {
      arn: /^arn:aws:eks:eu-west-1:\d{12}:cluster\/cluster-/,
      endpoint: /^https:\/\/[0-9A-F]{32}\.gr7\.eu-west-1\./,
      status: "ACTIVE",
      version: /^1\.\d\d$/,
    },
    change: { enabledClusterLogTypes: ["audit"], version: "1.34" },
    replace: (_, n) => ({ name: `other-${n}` }),
    spoiled: [
      { name: "no role", with: { roleArn: null }, code: "InvalidParameterException" },
      {
        name: "a role that does not exist",
        with: { roleArn: "arn:aws:iam::000000000000:role/none" },
        code: "InvalidParameterException",
        at: "create",
      },
      { name: "a version that EKS does not have", with: { version: "1.12" }, code: "InvalidParameterException" },
      {
        name: "a log type there is not",
        with: { enabledClusterLogTypes: ["kubelet"] },
        code: "InvalidParameterException",
        property: "enabledClusterLogTypes[0]",
      },
      { name: "a name with a space", with: { name: "my cluster" }, code: "InvalidParameterException" },
      {
        name: "subnets of one zone only",
        with: (all) => ({ vpcConfig: { subnetIds: [idOf(all, "one")] } }),
        code: "InvalidParameterException",
        at: "create",
        property: "vpcConfig.subnetIds",
      },
    ],
    dependant: {
      type: NODE_GROUP,
      inputs: (resource, all, n) => nodes({ ...all, cluster: resource }, n),
      code: "ResourceInUseException",
    },
    taken: { code: "ResourceInUseException" },
  },
  {
    type: NODE_GROUP,
    needs: cluster,
    smallest: nodes,
    id: /^cluster-\d+:nodes-\d+$/,
    outputs: { arn: /:nodegroup\/cluster-/, capacityType: "ON_DEMAND", status: "ACTIVE" },
    change: { scalingConfig: { minSize: 2, maxSize: 6, desiredSize: 2 } },
    replace: { instanceTypes: ["m7i.large"] },
    spoiled: [
      {
        name: "a cluster that does not exist",
        with: { clusterName: "none" },
        code: "ResourceNotFoundException",
        at: "create",
      },
      {
        name: "more wanted than allowed",
        with: { scalingConfig: { minSize: 1, maxSize: 2, desiredSize: 3 } },
        code: "InvalidParameterException",
      },
      {
        name: "a least size over the greatest",
        with: { scalingConfig: { minSize: 5, maxSize: 2, desiredSize: 2 } },
        code: "InvalidParameterException",
      },
      {
        name: "an instance type that is none",
        with: { instanceTypes: ["large"] },
        code: "InvalidParameterException",
        property: "instanceTypes[0]",
      },
      {
        name: "a subnet that does not exist",
        with: { subnetIds: ["subnet-0"] },
        code: "InvalidSubnetID.NotFound",
        at: "create",
      },
    ],
    taken: { code: "ResourceInUseException" },
  },
  {
    type: ADDON,
    needs: cluster,
    smallest: (all) => ({ clusterName: idOf(all, "cluster"), addonName: "vpc-cni" }),
    id: /^cluster-\d+:vpc-cni$/,
    outputs: { arn: /:addon\/cluster-/ },
    change: { resolveConflictsOnUpdate: "PRESERVE" },
    replace: { addonName: "coredns" },
    spoiled: [
      { name: "an add-on there is not", with: { addonName: "teleport" }, code: "InvalidParameterException" },
      {
        name: "a configuration that is no JSON",
        with: { configurationValues: "{" },
        code: "InvalidParameterException",
      },
    ],
    taken: { code: "ResourceInUseException" },
  },
  {
    type: POD_IDENTITY,
    needs: cluster,
    smallest: (all) => ({
      clusterName: idOf(all, "cluster"),
      namespace: "game",
      serviceAccount: "lobby",
      roleArn: arnOf(all, "role"),
    }),
    id: /^a-[0-9a-f]{17}$/,
    change: { tags: { team: "lobby" } },
    replace: { serviceAccount: "session" },
    spoiled: [
      {
        name: "a role that does not exist",
        with: { roleArn: "arn:aws:iam::000000000000:role/none" },
        code: "InvalidParameterException",
        at: "create",
      },
    ],
    taken: { code: "ResourceInUseException" },
  },
  {
    type: ACCESS_ENTRY,
    needs: cluster,
    smallest: (all) => ({ clusterName: idOf(all, "cluster"), principalArn: "arn:aws:iam::000000000000:role/admins" }),
    id: /^cluster-\d+:arn:/,
    change: { tags: { team: "platform" } },
    replace: { principalArn: "arn:aws:iam::000000000000:role/others" },
    spoiled: [
      { name: "a principal that is no ARN", with: { principalArn: "admins" }, code: "InvalidParameterException" },
    ],
    taken: { code: "ResourceInUseException" },
  },
  {
    type: ACCESS_POLICY,
    needs: async (workshop) => {
      const all = await cluster(workshop);
      const inputs = { clusterName: idOf(all, "cluster"), principalArn: "arn:aws:iam::000000000000:role/admins" };
      return { ...all, entry: await workshop.make(ACCESS_ENTRY, inputs) };
    },
    smallest: (all) => ({
      clusterName: idOf(all, "cluster"),
      principalArn: "arn:aws:iam::000000000000:role/admins",
      policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
      accessScope: { type: "cluster" },
    }),
    id: /#arn:aws:eks::aws:cluster-access-policy\/AmazonEKSViewPolicy$/,
    replace: { policyArn: "arn:aws:eks::aws:cluster-access-policy/AmazonEKSAdminPolicy" },
    spoiled: [
      {
        name: "a principal without an access entry",
        with: { principalArn: "arn:aws:iam::000000000000:role/none" },
        code: "ResourceNotFoundException",
        at: "create",
      },
      {
        name: "a policy that is none of EKS'",
        with: { policyArn: "arn:aws:iam::aws:policy/AdministratorAccess" },
        code: "InvalidParameterException",
      },
    ],
  },
];

conformance(cases);
