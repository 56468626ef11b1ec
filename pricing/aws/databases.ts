import { type Estimator, Malformed, type Unpriced, type Usage } from "../estimator.ts";
import { inMonth } from "./network.ts";

const storageKinds: ReadonlySet<string> = new Set(["gp2", "gp3"]);

/** A standby in another zone costs as much again, its storage too (Amazon RDS pricing). */
const instance: Estimator = ({ text, number, flag, has, assume }) => {
  const [engine, type] = [text("engine"), text("instanceClass")];
  if (engine === undefined || type === undefined)
    return [{ unpriced: "it takes engine or size from another instance" }];
  const copies = flag("multiAz") ? 2 : 1;
  // What holds where nothing is said (Amazon RDS API reference, CreateDBInstance).
  const kind = text("storageType") ?? (has("iops") ? "io1" : "gp2");
  const gibibytes = number("allocatedStorage");
  const storage: Usage | Unpriced = !storageKinds.has(kind)
    ? { unpriced: `the price book has no database storage of type ${kind.slice(0, 40)}` }
    : gibibytes === undefined
      ? { unpriced: "its storage is as large as its source's" }
      : { entry: `database/${kind}`, quantity: gibibytes * copies };
  const faster = kind === "gp3" && (has("iops") || has("storageThroughput"));
  const machine = { entry: `rds/${engine} ${type}`, what: `${type}, ${engine}` };
  return [
    { ...machine, quantity: copies * assume("hoursPerMonth") },
    storage,
    ...(faster ? [{ unpriced: "the operations and throughput that it asks for above what gp3 holds" }] : []),
  ];
};

const CLUSTER = "aws:rds/cluster:Cluster";
const OPTIMIZED = "aurora-iopt1";
/** What an instance costs in a cluster that is I/O-Optimized, against one that is not (Amazon Aurora pricing). */
const OPTIMIZED_INSTANCES = 1.3;

const clusterInstance: Estimator = ({ text, assume, referred }) => {
  const [engine, type] = [text("engine"), text("instanceClass")];
  if (type === undefined || engine === undefined) throw new Malformed("engine and instanceClass are not both there");
  if (type === "db.serverless") return [{ unpriced: "a serverless instance costs what it uses" }];
  const [entry, hours] = [`rds/${engine} ${type}`, assume("hoursPerMonth")];
  const plain = { entry, what: `${type}, ${engine}`, quantity: hours };
  const cluster = referred("clusterIdentifier", CLUSTER);
  if (cluster?.text("storageType") === OPTIMIZED)
    return [{ entry, what: `${type}, ${engine}, I/O-Optimized as 1.3 hours`, quantity: hours * OPTIMIZED_INSTANCES }];
  const unsure = cluster === undefined && engine.startsWith("aurora");
  return unsure
    ? [plain, { unpriced: "what it costs more if its cluster is I/O-Optimized: that is not seen here" }]
    : [plain];
};

const cluster: Estimator = (subject) => {
  const { text, assume } = subject;
  if (!(text("engine") ?? "aurora").startsWith("aurora"))
    return [{ unpriced: "the price book has clusters of Aurora only" }];
  const gigabytes = assume("databaseGigabytes");
  if (text("storageType") === OPTIMIZED) return [{ entry: "database/auroraOptimized", quantity: gigabytes }];
  const requests = inMonth(subject, assume("databaseRequestsPerSecond"));
  return [
    { entry: "database/aurora", quantity: gigabytes },
    { entry: "database/auroraRequests", quantity: requests },
  ];
};

/** ElastiCache's Redis holds where no engine is said. */
const cacheNodes = (engine: string | undefined, type: string | undefined, nodes: number, hours: number) =>
  type === undefined
    ? [{ unpriced: "it takes the size of its nodes from its global group" }]
    : [
        {
          entry: `elasticache/${engine ?? "redis"} ${type}`,
          what: `${type}, ${engine ?? "redis"}`,
          quantity: nodes * hours,
        },
      ];

const replicationGroup: Estimator = ({ text, number, assume }) => {
  const shards = number("numNodeGroups");
  const nodes =
    shards === undefined ? (number("numCacheClusters") ?? 1) : shards * (1 + (number("replicasPerNodeGroup") ?? 0));
  return cacheNodes(text("engine"), text("nodeType"), nodes, assume("hoursPerMonth"));
};

const cacheCluster: Estimator = ({ text, number, assume, has }) =>
  has("replicationGroupId")
    ? { free: "a node of a replication group, which is priced as a whole" }
    : cacheNodes(text("engine"), text("nodeType"), number("numCacheNodes") ?? 1, assume("hoursPerMonth"));

export const databaseEstimators: Readonly<Record<string, Estimator>> = {
  "aws:elasticache/cluster:Cluster": cacheCluster,
  "aws:elasticache/replicationGroup:ReplicationGroup": replicationGroup,
  [CLUSTER]: cluster,
  "aws:rds/clusterInstance:ClusterInstance": clusterInstance,
  "aws:rds/instance:Instance": instance,
};
