import type { QuotaModel } from "../model/quota.ts";

const vcpus = { service: "ec2", unit: "vCPUs", value: 50_000, initial: 5 } as const;
const counted = { unit: "count", value: 1_000 } as const;

/**
 * The quotas of an account that has asked for more, as a game's has: with those of a new account no region of a game can be made.
 * Sources of codes, names and initial values: Service Quotas (Amazon EC2, Amazon VPC, Amazon EKS); of the refusals: Amazon EC2 API
 * reference, "Error codes", and Amazon EKS API reference, CreateCluster.
 */
export const serviceQuotas: readonly QuotaModel[] = [
  { ...vcpus, code: "L-1216C47A", name: "Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances" },
  { ...vcpus, code: "L-34B43A08", name: "All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests" },
  {
    ...counted,
    code: "L-F678F1CE",
    service: "vpc",
    name: "VPCs per Region",
    initial: 5,
    counts: { type: "aws:ec2/vpc:Vpc", code: "VpcLimitExceeded" },
  },
  {
    ...counted,
    code: "L-0263D0A3",
    service: "ec2",
    name: "EC2-VPC Elastic IPs",
    initial: 5,
    counts: { type: "aws:ec2/eip:Eip", code: "AddressLimitExceeded" },
  },
  {
    ...counted,
    code: "L-1194D53C",
    service: "eks",
    name: "Clusters",
    initial: 100,
    counts: { type: "aws:eks/cluster:Cluster", code: "ResourceLimitExceededException" },
  },
];
