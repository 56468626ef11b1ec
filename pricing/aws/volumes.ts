import type { EstimateSubject, Estimator, Unpriced, Usage } from "../estimator.ts";
import type { Path } from "../knownValue.ts";

const kinds: ReadonlySet<string> = new Set(["gp2", "gp3", "io1", "io2", "st1", "sc1", "standard"]);

interface Disk {
  readonly kind: string;
  readonly gibibytes: number;
  readonly iops: number;
  readonly throughput: number;
  readonly disks: number;
}

function usageOf({ kind, gibibytes, iops, throughput, disks }: Disk): readonly (Usage | Unpriced)[] {
  if (!kinds.has(kind)) return [{ unpriced: `the price book has no volumes of type ${kind.slice(0, 40)}` }];
  const storage: Usage = { entry: `volume/${kind}`, quantity: gibibytes * disks };
  if (kind === "io1" || kind === "io2")
    return [storage, { entry: "volume/provisionedIops", quantity: Math.max(iops, 100) * disks }];
  if (kind !== "gp3") return [storage];
  // gp3 holds 3,000 operations and 125 MiB a second without a charge (Amazon EBS pricing).
  const [moreIops, moreThroughput] = [Math.max(iops - 3_000, 0), Math.max(throughput - 125, 0)];
  return [
    storage,
    ...(moreIops > 0 ? [{ entry: "volume/gp3Iops", quantity: moreIops * disks }] : []),
    ...(moreThroughput > 0 ? [{ entry: "volume/gp3Throughput", quantity: moreThroughput * disks }] : []),
  ];
}

/** The disks described at a path of a machine or launch template. A disk of no stated size is as large as its image asks for. */
export function diskUsage(
  { text, number, has }: EstimateSubject,
  at: Path,
  disks: number,
): readonly (Usage | Unpriced)[] {
  if (!has(...at)) return []; // an instance store costs nothing of its own
  const gibibytes = number(...at, "volumeSize");
  if (gibibytes === undefined) return [{ unpriced: "a disk of no stated size" }];
  const kind = text(...at, "volumeType") ?? "gp2";
  const [iops, throughput] = [number(...at, "iops") ?? 0, number(...at, "throughput") ?? 0];
  return usageOf({ kind, gibibytes, iops, throughput, disks });
}

const volume: Estimator = ({ text, number, has }) => {
  const gibibytes = number("size");
  if (gibibytes === undefined)
    return [{ unpriced: has("snapshotId") ? "it is as large as its snapshot" : "a disk of no stated size" }];
  const [iops, throughput] = [number("iops") ?? 0, number("throughput") ?? 0];
  return usageOf({ kind: text("type") ?? "gp2", gibibytes, iops, throughput, disks: 1 });
};

export const volumeEstimators: Readonly<Record<string, Estimator>> = {
  "aws:ebs/volume:Volume": volume,
  "aws:efs/fileSystem:FileSystem": ({ assume, has }) =>
    has("availabilityZoneName") || has("provisionedThroughputInMibps")
      ? [{ unpriced: "the price book has files of the standard class in several zones only" }]
      : [{ entry: "files/standard", quantity: assume("fileGigabytes") }],
};
