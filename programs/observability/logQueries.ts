/** The questions one asks any log first. Fields are those of JSON logs: `level`, `message`, `durationMs`, `route`. */
export const savedQueries = [
  {
    title: "errors",
    query: 'fields @timestamp, @message | filter level = "error" or level >= 50 | sort @timestamp desc | limit 100',
  },
  {
    title: "errors-by-message",
    query: 'filter level = "error" or level >= 50 | stats count(*) as times by message | sort times desc | limit 25',
  },
  {
    title: "slowest-routes",
    query:
      "filter ispresent(durationMs) | stats pct(durationMs, 99) as p99, count(*) as times by route | sort p99 desc | limit 25",
  },
] as const;

/** A rule that finds who or what contributes most. Source: CloudWatch user guide, "Contributor Insights rule syntax". */
export function insightRule<Name>(logGroupName: Name, keys: readonly string[]) {
  return {
    Schema: { Name: "CloudWatchLogRule", Version: 1 },
    LogGroupNames: [logGroupName],
    LogFormat: "JSON",
    Contribution: { Keys: keys, Filters: [] },
    AggregateOn: "Count",
  };
}
