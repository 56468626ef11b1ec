import { type Known, partitionsADay } from "./partitions.ts";

/** What one shard takes. Source: Amazon Kinesis Data Streams developer guide, "Quotas and limits". */
export const shardLimits = { recordsPerSecond: 1000, bytesPerSecond: 1024 * 1024 } as const;

/** The most shards that a provisioned stream is scaled to by one call. Source: API reference, UpdateShardCount. */
export const mostShards = 10_000;

const MIB = 1024 * 1024;
const SECONDS_A_DAY = 86_400;

export interface RecordLoad {
  /** At the busiest second. */
  readonly recordsPerSecond: number;
  /** Of one record as JSON, on average. */
  readonly recordBytes: number;
  /** Room over the busiest second. */
  readonly headroomPercent: number;
}

export interface Buffering {
  readonly bufferSeconds: number;
  readonly bufferMiB: number;
}

/**
 * Shards that carry the busiest second with its headroom: as many as the records need or as their bytes need, whichever is more. Writers
 * spread records by their keys, never perfectly: that is what the headroom is for.
 */
export function shardsFor({ recordsPerSecond, recordBytes, headroomPercent }: RecordLoad): number {
  const records = (recordsPerSecond * (100 + headroomPercent)) / 100;
  const bytes = records * recordBytes;
  return Math.max(1, Math.ceil(records / shardLimits.recordsPerSecond), Math.ceil(bytes / shardLimits.bytesPerSecond));
}

export interface DeliveryPlan {
  /** Files that one day writes at least when every partition has records: one a partition and buffer. */
  readonly filesADay: number;
  /** What one file holds of records at the busiest hour, before compression. */
  readonly fileMiB: number;
  /** What the busiest second would make if it lasted for a day, before compression. */
  readonly gibADayAtPeak: number;
}

/**
 * What the delivery writes. Small files make every query slow and dear: a partition writes when its buffer is full or when its time is up,
 * whichever is first.
 */
export function planDelivery(load: RecordLoad, buffering: Buffering, known: Known): DeliveryPlan {
  const partitions = partitionsADay(known);
  const mibPerSecond = (load.recordsPerSecond * load.recordBytes) / MIB;
  const inTime = (mibPerSecond * buffering.bufferSeconds) / partitions;
  return {
    filesADay: partitions * Math.ceil(SECONDS_A_DAY / buffering.bufferSeconds),
    fileMiB: rounded(Math.min(inTime, buffering.bufferMiB)),
    gibADayAtPeak: rounded((mibPerSecond * SECONDS_A_DAY) / 1024),
  };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
