export const architectures = { x86: "AL2023_x86_64_STANDARD", arm: "AL2023_ARM_64_STANDARD" } as const;
export type Architecture = keyof typeof architectures;

interface Family {
  readonly architecture: Architecture;
  readonly memoryMiBPerCpu: number;
}

const computeX86: Family = { architecture: "x86", memoryMiBPerCpu: 2048 };
const generalX86: Family = { architecture: "x86", memoryMiBPerCpu: 4096 };
const computeArm: Family = { architecture: "arm", memoryMiBPerCpu: 2048 };
const generalArm: Family = { architecture: "arm", memoryMiBPerCpu: 4096 };

/** The families that carry game servers. Source: Amazon EC2 instance types, "Compute optimized" and "General purpose". */
export const families = {
  c6a: computeX86,
  c6i: computeX86,
  c7a: computeX86,
  c7i: computeX86,
  m6a: generalX86,
  m6i: generalX86,
  m7a: generalX86,
  m7i: generalX86,
  c6g: computeArm,
  c7g: computeArm,
  m6g: generalArm,
  m7g: generalArm,
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof families;
export const familyNames = Object.keys(families) as [FamilyName, ...FamilyName[]]; // Object.keys forgets the key type

/** `pods` is what the network plugin can address on a node of that size. Source: the `eni-max-pods` table of amazon-eks-ami. */
export const sizes = {
  xlarge: { cpus: 4, pods: 58 },
  "2xlarge": { cpus: 8, pods: 58 },
  "4xlarge": { cpus: 16, pods: 234 },
  "8xlarge": { cpus: 32, pods: 234 },
  "12xlarge": { cpus: 48, pods: 234 },
  "16xlarge": { cpus: 64, pods: 737 },
} as const;

export type SizeName = keyof typeof sizes;
export const sizeNames = Object.keys(sizes) as [SizeName, ...SizeName[]]; // Object.keys forgets the key type

/** What pods can have of a node. */
export interface Allocatable {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
  readonly pods: number;
}

/** What the daemons of every node take: network plugin, proxy, identity agent. */
const daemons = { cpuMillis: 250, memoryMiB: 256, pods: 4 } as const;

/**
 * Allocatable resources of a node after the kubelet's reservation and the daemons.
 * Source of the reservation: amazon-eks-ami (CPU 6 % of the first core, 1 % of the second, 0.5 % of the next two, 0.25 % of the
 * rest; memory 255 MiB and 11 MiB a pod; eviction below 100 MiB).
 */
export function allocatable(family: FamilyName, size: SizeName): Allocatable {
  const { cpus, pods } = sizes[size];
  const reservedCpu = 60 + 10 + 2 * 5 + (cpus - 4) * 2.5;
  const reservedMemory = 255 + 11 * pods + 100;
  return {
    cpuMillis: Math.floor(cpus * 1000 - reservedCpu - daemons.cpuMillis),
    memoryMiB: cpus * families[family].memoryMiBPerCpu - reservedMemory - daemons.memoryMiB,
    pods: pods - daemons.pods,
  };
}

export interface PodNeeds {
  readonly cpuMillis: number;
  readonly memoryMiB: number;
}

/** How many such pods one node carries; 0 when it is too small for even one. */
export function podsPerNode(node: Allocatable, needs: PodNeeds): number {
  const byCpu = Math.floor(node.cpuMillis / needs.cpuMillis);
  const byMemory = Math.floor(node.memoryMiB / needs.memoryMiB);
  return Math.max(0, Math.min(byCpu, byMemory, node.pods));
}
