/** What nobody can read from a program: how much a thing is used. */
interface Assumption {
  readonly unit: string;
  readonly description: string;
  readonly initial: number;
  readonly minimum: number;
  readonly maximum: number;
}

const MOST = 1_000_000_000;
const amount = (unit: string, initial: number, description: string): Assumption => ({
  unit,
  description,
  initial,
  minimum: 0,
  maximum: MOST,
});
const share = (initial: number, description: string): Assumption => ({
  unit: "share",
  description,
  initial,
  minimum: 0,
  maximum: 1,
});

/**
 * Each with its unit and what holds unless a caller sets it. A month has 730 hours, as AWS's calculator counts. Spot: the middle
 * of the savings that ec2instances.info (2025-05-28) gives for 14,477 pairs of type and region. The rest are round figures
 * to be replaced by one's own.
 */
export const assumptionTable = {
  hoursPerMonth: { ...amount("hours", 730, "hours that a resource stands in a month"), maximum: 744 },
  fleetUtilisation: share(0.5, "where between its least and most a scaling group is on average"),
  spotDiscount: share(0.66, "what spot machines save of the price on demand"),
  concurrentPlayers: amount("players", 0, "players at the same time, on average over the month; 0: not said"),
  egressPerPlayer: amount("kbit/s", 50, "traffic to one player, on average while playing"),
  natGigabytes: amount("GB a month", 100, "data through each NAT gateway"),
  endpointGigabytes: amount("GB a month", 100, "data through each interface endpoint"),
  transitGigabytes: amount("GB a month", 100, "data through each attachment of a transit gateway"),
  balancerUnits: amount("capacity units", 1, "average capacity units of each load balancer"),
  logGigabytes: amount("GB a month", 10, "logs written to each log group"),
  requestsPerSecond: amount("requests a second", 10, "requests to each API, function, queue, topic, bus and firewall"),
  keyRequestsPerSecond: amount("requests a second", 1, "requests to each encryption key"),
  functionMilliseconds: amount("ms", 100, "running time of a function for each request"),
  tableReadsPerSecond: amount("reads a second", 10, "reads of each table on demand"),
  tableWritesPerSecond: amount("writes a second", 10, "writes to each table on demand"),
  tableGigabytes: amount("GB", 10, "data in each table"),
  streamGigabytes: amount("GB a month", 100, "data through each data stream and delivery stream"),
  bucketGigabytes: amount("GB", 100, "objects in each bucket"),
  bucketReadsPerSecond: amount("requests a second", 1, "reads from each bucket"),
  bucketWritesPerSecond: amount("requests a second", 0.1, "writes to each bucket"),
  fileGigabytes: amount("GB", 100, "files in each file system"),
  imageGigabytes: amount("GB", 10, "images in each registry"),
  backupGigabytes: amount("GB", 100, "recovery points in each vault"),
  databaseRequestsPerSecond: amount("requests a second", 100, "reads and writes of the storage of each Aurora cluster"),
  databaseGigabytes: amount("GB", 100, "data in each cluster of databases whose storage grows by itself"),
  connectedClients: amount("connections", 1_000, "open connections to each WebSocket API"),
  cdnGigabytes: amount("GB a month", 1_000, "data to viewers of each content distribution"),
  acceleratorGigabytes: amount("GB a month", 100, "data through each accelerator, in the dearer direction"),
} as const satisfies Readonly<Record<string, Assumption>>;

export type AssumptionName = keyof typeof assumptionTable;
export type Assumptions = Readonly<Record<AssumptionName, number>>;

export const assumptionNames = Object.keys(assumptionTable) as readonly AssumptionName[]; // the keys of a literal

const initial = Object.fromEntries(assumptionNames.map((name) => [name, assumptionTable[name].initial])) as Assumptions;

/** Those given, over those of the table. @throws RangeError for a figure outside its bounds */
export function assume(given: Partial<Assumptions> = {}): Assumptions {
  for (const name of assumptionNames) {
    const value = given[name];
    const { minimum, maximum, unit } = assumptionTable[name];
    if (value !== undefined && !(value >= minimum && value <= maximum))
      throw new RangeError(`${name} must be ${minimum} to ${maximum} ${unit}, and is ${value}`);
  }
  return { ...initial, ...given };
}
