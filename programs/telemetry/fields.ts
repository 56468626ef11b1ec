/** The types a field may have, as the catalogue's own (AWS Glue developer guide, "Column structure"). */
export const fieldTypes = ["string", "bigint", "double", "boolean", "timestamp", "date"] as const;

export interface Field {
  /** The key in a record and the name of the column. */
  readonly name: string;
  readonly type: (typeof fieldTypes)[number];
  readonly description: string;
}

const field = (name: string, type: Field["type"], description: string): Field => ({ name, type, description });

/**
 * What every record may say. Which of it a record has follows from its `kind`; the rest stays empty, which columnar storage keeps for
 * nothing. The questions in questions.ts ask for these by name.
 */
export const operationalFields: readonly Field[] = [
  field("record_id", "string", "Unique; a record that arrives twice is counted once"),
  field("occurred_at", "timestamp", "Milliseconds since 1970, UTC"),
  field("kind", "string", "load, requests, uptime, incident, change or cost"),
  field("service", "string", "What the record is about, such as lobby or event-service"),
  field("environment", "string", "development, staging or production"),
  field("stack_set", "string", "The stack set that the service belongs to"),
  field("platform", "string", "console, pc, mobile or all"),
  field("players", "bigint", "load: players connected"),
  field("sessions", "bigint", "load: sessions running"),
  field("capacity_percent", "double", "load: how much of what is there is used"),
  field("requests", "bigint", "requests: how many were answered"),
  field("errors", "bigint", "requests: how many of them by an error of the service's own"),
  field("latency_p50_ms", "double", "requests: half were answered within, in milliseconds"),
  field("latency_p99_ms", "double", "requests: 99 in a hundred were answered within, in milliseconds"),
  field("measured_seconds", "bigint", "uptime: seconds that were watched"),
  field("available_seconds", "bigint", "uptime: seconds of those in which the service did its work"),
  field("incident_id", "string", "incident: which"),
  field("severity", "string", "incident: page or ticket"),
  field("started_at", "timestamp", "incident: when players were first affected"),
  field("resolved_at", "timestamp", "incident: when they no longer were; empty until then"),
  field("affected_players", "bigint", "incident: how many players were affected"),
  field("change_id", "string", "change: which operation or rollout"),
  field("change_failed", "boolean", "change: whether it had to be undone or mended"),
  field("cost_usd", "double", "cost: what it cost, in US dollars"),
];
