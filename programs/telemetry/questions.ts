/** A question about the operational records, saved in the workgroup: the KPIs that a live game is run by. */
export interface Question {
  readonly name: string;
  readonly description: string;
  /** One statement of SQL, over a table of the operational fields. */
  readonly sql: (table: string) => string;
}

/** The last 30 days. The day is a partition: a question that does not name it would read everything. */
const lately = "day >= cast(cast(current_date - interval '30' day as date) as varchar)";

/** Streams deliver at least once: a record that arrived twice must count once. */
const once = (table: string, kind: string, columns: string): string =>
  `(select distinct record_id, game, region, day, service, ${columns} from ${table} where kind = '${kind}' and ${lately}) records`;

/** An incident is told of more than once: when it begins, as it grows, when it ends. */
const incidents = (table: string): string =>
  `(select game, service, incident_id, min(started_at) as started, max(resolved_at) as resolved, max(affected_players) as players from ${table} where kind = 'incident' and ${lately} group by game, service, incident_id) incidents`;

/** Factors are written as 1e2: of 100.0 Athena makes a decimal, and rounds what is divided to one place. */
export const questions: readonly Question[] = [
  {
    name: "availability",
    description: "Percent of the watched seconds in which a service did its work, by day",
    sql: (table) =>
      `select day, game, region, service, 1e2 * sum(available_seconds) / nullif(sum(measured_seconds), 0) as availability_percent from ${once(table, "uptime", "available_seconds, measured_seconds")} group by day, game, region, service order by day, service`,
  },
  {
    name: "error-rate",
    description: "Percent of requests answered by an error of the service's own, by day",
    sql: (table) =>
      `select day, game, region, service, 1e2 * sum(errors) / nullif(sum(requests), 0) as error_percent from ${once(table, "requests", "errors, requests")} group by day, game, region, service order by day, service`,
  },
  {
    name: "latency",
    description: "Typical latency, weighted by requests, and the worst 99th percentile, in milliseconds, by day",
    sql: (table) =>
      `select day, game, region, service, sum(latency_p50_ms * requests) / nullif(sum(requests), 0) as typical_ms, max(latency_p99_ms) as worst_p99_ms from ${once(table, "requests", "latency_p50_ms, latency_p99_ms, requests")} group by day, game, region, service order by day, service`,
  },
  {
    name: "scalability",
    description: "The most players and sessions of a day, and how much of what was there they used",
    sql: (table) =>
      `select day, game, region, service, max(players) as most_players, max(sessions) as most_sessions, max(capacity_percent) as most_capacity_percent from ${once(table, "load", "players, sessions, capacity_percent")} group by day, game, region, service order by day, service`,
  },
  {
    name: "mean-time-to-repair",
    description: "Minutes from the first affected player to the last, on average over the incidents that ended",
    sql: (table) =>
      `select game, service, count(*) as incidents, avg(date_diff('second', started, resolved)) / 6e1 as mttr_minutes from ${incidents(table)} where resolved is not null group by game, service order by service`,
  },
  {
    name: "mean-time-between-failures",
    description: "Hours from the beginning of one incident to that of the next, on average",
    sql: (table) =>
      `select game, service, avg(date_diff('second', previous, started)) / 3.6e3 as mtbf_hours from (select game, service, started, lag(started) over (partition by game, service order by started) as previous from ${incidents(table)}) gaps where previous is not null group by game, service order by service`,
  },
  {
    name: "change-failure-rate",
    description: "Percent of changes that had to be undone or mended",
    sql: (table) =>
      `select game, service, count(*) as changes, 1e2 * sum(case when failed then 1 else 0 end) / count(*) as change_failure_percent from (select game, service, change_id, bool_or(change_failed) as failed from ${table} where kind = 'change' and ${lately} group by game, service, change_id) changes group by game, service order by service`,
  },
  {
    name: "customer-impact",
    description:
      "Players affected by each incident, and player minutes lost to it; an incident without an end has none yet",
    sql: (table) =>
      `select game, service, incident_id, started, resolved, players, players * date_diff('second', started, resolved) / 6e1 as player_minutes from ${incidents(table)} order by started`,
  },
  {
    name: "cost-efficiency",
    description: "What a day cost for each thousand players of its busiest moment, in US dollars",
    sql: (table) =>
      `select costs.day, costs.game, costs.region, costs.usd, 1e3 * costs.usd / nullif(loads.players, 0) as usd_per_thousand_players from (select day, game, region, sum(cost_usd) as usd from ${once(table, "cost", "cost_usd")} group by day, game, region) costs left join (select day, game, region, max(players) as players from ${once(table, "load", "players")} group by day, game, region) loads on loads.day = costs.day and loads.game = costs.game and loads.region = costs.region order by costs.day`,
  },
];
