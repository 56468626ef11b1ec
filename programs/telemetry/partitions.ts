/** What records are laid apart by, in the order of the path. */
export const partitionNames = ["game", "region", "day"] as const;

/** Where a record goes whose game or region nobody named: bounded by what is listed, whatever a writer sends. */
export const unlisted = "unlisted";

/** Partitions that one delivery writes at the same time. Source: Amazon Data Firehose developer guide, "Quotas", dynamic partitioning. */
export const mostPartitions = 500;

export interface Known {
  readonly games: readonly string[];
  readonly regions: readonly string[];
}

/** Prefixes in the lake. Failed records stand apart, so that a query never reads them. */
export const prefixes = { records: "records/", failed: "failed/", results: "results/" } as const;

/** How many partitions are written on one day: each known game, and the rest, in each known region, and the rest. */
export function partitionsADay({ games, regions }: Known): number {
  return (games.length + 1) * (regions.length + 1);
}

/**
 * The jq program that takes the partition out of a record. A value that is not listed becomes `unlisted`: otherwise one faulty writer
 * could open partitions without end, and Firehose stops at its limit. Names hold no quotes, which their schema sees to.
 */
export function partitionQuery({ games, regions }: Known): string {
  const listed = (name: string, values: readonly string[]): string => {
    const tests = values.map((value) => `.=="${value}"`).join(" or ");
    return `${name}:(.${name}|if ${tests || "false"} then . else "${unlisted}" end)`;
  };
  return `{${listed("game", games)},${listed("region", regions)}}`;
}

/** Where Firehose puts a record. The day is that of its arrival, in UTC: a clock that is wrong elsewhere moves nothing. */
export const recordPrefix = `${prefixes.records}game=!{partitionKeyFromQuery:game}/region=!{partitionKeyFromQuery:region}/day=!{timestamp:yyyy-MM-dd}/`;

/** Where it puts what it could not convert or place, by why and when. */
export const failedPrefix = `${prefixes.failed}!{firehose:error-output-type}/day=!{timestamp:yyyy-MM-dd}/`;

/**
 * What tells Athena of the partitions without a crawler: they follow from the listed names and the days that are kept.
 * Source: Athena user guide, "Partition projection".
 */
export function projection({ games, regions }: Known, bucketName: string, days: number): Record<string, string> {
  const values = (names: readonly string[]) => [...names, unlisted].join(",");
  return {
    "projection.enabled": "true",
    "projection.game.type": "enum",
    "projection.game.values": values(games),
    "projection.region.type": "enum",
    "projection.region.values": values(regions),
    "projection.day.type": "date",
    "projection.day.format": "yyyy-MM-dd",
    "projection.day.range": `NOW-${days}DAYS,NOW`,
    "storage.location.template": `s3://${bucketName}/${prefixes.records}game=\${game}/region=\${region}/day=\${day}/`,
  };
}
