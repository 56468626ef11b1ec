import type { ResourceModel } from "../model/model.ts";
import { inputsOf } from "../model/schema.ts";
import { text } from "../model/values.ts";
import { arn } from "./arn.ts";
import { CLUSTER, eks } from "./eksService.ts";

const ADDON = "aws:eks/addon:Addon";
const POD_IDENTITY = "aws:eks/podIdentityAssociation:PodIdentityAssociation";
const ACCESS_ENTRY = "aws:eks/accessEntry:AccessEntry";
const ACCESS_POLICY = "aws:eks/accessPolicyAssociation:AccessPolicyAssociation";

const ofCluster = { ref: { type: CLUSTER, code: "ResourceNotFoundException" } } as const;
const conflict = { kind: "string", enum: ["OVERWRITE", "NONE", "PRESERVE"] } as const;

/** Add-ons that AWS itself offers (Amazon EKS user guide, "Available Amazon EKS add-ons from AWS"). */
const offered = [
  "vpc-cni",
  "coredns",
  "kube-proxy",
  "aws-ebs-csi-driver",
  "aws-efs-csi-driver",
  "aws-mountpoint-s3-csi-driver",
  "snapshot-controller",
  "adot",
  "aws-guardduty-agent",
  "amazon-cloudwatch-observability",
  "aws-network-flow-monitoring-agent",
  "eks-node-monitoring-agent",
  "eks-pod-identity-agent",
  "metrics-server",
  "cert-manager",
  "external-dns",
  "kube-state-metrics",
  "prometheus-node-exporter",
];

const addon: ResourceModel = {
  type: ADDON,
  service: eks,
  inputs: inputsOf(ADDON, {
    clusterName: ofCluster,
    addonName: {
      check: (name) =>
        offered.includes(String(name)) ? undefined : `Addon ${String(name)} specified is not supported`,
    },
    configurationValues: { json: true },
    resolveConflictsOnCreate: { ...conflict, enum: ["OVERWRITE", "NONE"] },
    resolveConflictsOnUpdate: conflict,
    serviceAccountRoleArn: {
      ref: { type: "aws:iam/role:Role", by: "arn", code: "InvalidParameterException", holds: false },
    },
  }),
  id: ({ inputs }) => `${text(inputs, "clusterName")}:${text(inputs, "addonName")}`,
  outputs: {
    arn: ({ inputs, place, cloud }) =>
      arn("eks", place, `addon/${text(inputs, "clusterName")}/${text(inputs, "addonName")}/${cloud.random.uuid()}`),
    addonVersion: () => "v1.20.0-eksbuild.1",
    configurationValues: () => "",
    createdAt: ({ cloud }) => cloud.now,
    modifiedAt: { onWrite: ({ cloud }) => cloud.now, exceptFor: ["tags", "tagsAll"] },
  },
  keys: ["arn"],
  unique: [{ by: ["clusterName", "addonName"], code: "ResourceInUseException" }],
  seconds: { create: 45, update: 30, delete: 20 },
};

const podIdentityAssociation: ResourceModel = {
  type: POD_IDENTITY,
  service: eks,
  inputs: inputsOf(POD_IDENTITY, {
    clusterName: ofCluster,
    roleArn: { ref: { type: "aws:iam/role:Role", by: "arn", code: "InvalidParameterException", holds: false } },
  }),
  id: ({ cloud }) => `a-${cloud.random.hex(17)}`,
  outputs: {
    associationId: ({ id }) => id,
    associationArn: ({ inputs, id, place }) =>
      arn("eks", place, `podidentityassociation/${text(inputs, "clusterName")}/${id}`),
    externalId: () => "",
    disableSessionTags: () => false,
  },
  unique: [{ by: ["clusterName", "namespace", "serviceAccount"], code: "ResourceInUseException" }],
  seconds: { create: 1 },
};

const principal = /^arn:aws[a-z-]*:iam::\d{12}:(role|user|root)/;

const accessEntry: ResourceModel = {
  type: ACCESS_ENTRY,
  service: eks,
  inputs: inputsOf(ACCESS_ENTRY, {
    clusterName: ofCluster,
    principalArn: {
      check: (value) => (principal.test(String(value)) ? undefined : "must be the ARN of an IAM role or user"),
    },
  }),
  refuse: ({ inputs, cloud }) => {
    const cluster = cloud.find(CLUSTER, text(inputs, "clusterName") ?? "");
    const config = cluster?.outputs["accessConfig"];
    const mode =
      typeof config === "object" && config !== null && "authenticationMode" in config ? config.authenticationMode : "";
    if (mode !== "CONFIG_MAP") return undefined;
    const message =
      "The cluster's authentication mode must be set to one of [API, API_AND_CONFIG_MAP] to perform this operation.";
    return { code: "InvalidRequestException", message, property: "clusterName" };
  },
  id: ({ inputs }) => `${text(inputs, "clusterName")}:${text(inputs, "principalArn")}`,
  outputs: {
    accessEntryArn: ({ inputs, place, cloud }) =>
      arn("eks", place, `access-entry/${text(inputs, "clusterName")}/${cloud.random.uuid()}`),
    createdAt: ({ cloud }) => cloud.now,
    modifiedAt: { onWrite: ({ cloud }) => cloud.now, exceptFor: ["tags", "tagsAll"] },
    kubernetesGroups: () => [],
    userName: ({ inputs }) => text(inputs, "principalArn") ?? "",
    type: () => "STANDARD",
  },
  unique: [{ by: ["clusterName", "principalArn"], code: "ResourceInUseException" }],
  seconds: { create: 1 },
};

const accessPolicyAssociation: ResourceModel = {
  type: ACCESS_POLICY,
  service: eks,
  inputs: inputsOf(ACCESS_POLICY, {
    clusterName: { ...ofCluster, immutable: true },
    principalArn: { immutable: true },
    policyArn: {
      immutable: true,
      check: (value) =>
        /^arn:aws[a-z-]*:eks::aws:cluster-access-policy\/AmazonEKS\w+$/.test(String(value))
          ? undefined
          : "must be the ARN of an EKS access policy",
    },
    accessScope: { immutable: true },
  }),
  refuse: ({ inputs, cloud }) => {
    const id = `${text(inputs, "clusterName")}:${text(inputs, "principalArn")}`;
    if (cloud.find(ACCESS_ENTRY, id) !== undefined) return undefined;
    const message = `The specified principalArn could not be found. You can view your available access entries of ${text(inputs, "clusterName")}.`;
    return { code: "ResourceNotFoundException", message, property: "principalArn" };
  },
  id: ({ inputs }) => `${text(inputs, "clusterName")}#${text(inputs, "principalArn")}#${text(inputs, "policyArn")}`,
  outputs: {
    associatedAt: ({ cloud }) => cloud.now,
    modifiedAt: ({ cloud }) => cloud.now,
  },
  unique: [{ by: ["clusterName", "principalArn", "policyArn"], code: "ResourceInUseException" }],
  seconds: { create: 1 },
};

export const eksAccess: readonly ResourceModel[] = [
  addon,
  podIdentityAssociation,
  accessEntry,
  accessPolicyAssociation,
];
