import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { operationalFields } from "../../../programs/telemetry/fields.ts";
import { questions } from "../../../programs/telemetry/questions.ts";
import { type TestDatabase, testDatabase } from "../../support/database.ts";

/** The catalogue's types in PostgreSQL, whose SQL agrees with Athena's in all that the questions use but one function. */
const types = {
  string: "text",
  bigint: "bigint",
  double: "double precision",
  boolean: "boolean",
  timestamp: "timestamp",
  date: "date",
} as const;

/** Athena's: what lies between two times, in seconds. */
const dateDiff = `create function date_diff(unit text, earlier timestamp, later timestamp) returns bigint
  language sql return extract(epoch from later - earlier)::bigint`;

const today = new Date().toISOString().slice(0, 10);
const longAgo = new Date(Date.now() - 60 * 86_400_000).toISOString().slice(0, 10);

let database: TestDatabase;
let client: pg.Client;
let written = 0;

beforeAll(async () => {
  database = await testDatabase();
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const columns = operationalFields.map(({ name, type }) => `${name} ${types[type]}`);
  await client.query(`create table operations (${columns.join(", ")}, game text, region text, day text)`);
  await client.query(dateDiff);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Writes a record; each has an id of its own unless it is given one. */
async function write(kind: string, record: Readonly<Record<string, unknown>>): Promise<void> {
  written += 1;
  const row = {
    record_id: `r${written}`,
    kind,
    service: "lobby",
    game: "lifeverse",
    region: "eu-west-1",
    day: today,
    ...record,
  };
  const places = Object.keys(row).map((_, index) => `$${index + 1}`);
  await client.query(`insert into operations (${Object.keys(row).join(", ")}) values (${places.join(", ")})`, [
    ...Object.values(row),
  ]);
}

async function ask(name: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const question = questions.find((each) => each.name === name);
  const { rows } = await client.query(question?.sql("operations") ?? "");
  return rows;
}

async function figure(name: string, column: string): Promise<readonly number[]> {
  return (await ask(name)).map((row) => Number(row[column]));
}

describe("the questions about KPIs", () => {
  it("say the availability of watched seconds, and count a record that arrives twice once", async () => {
    const up = { measured_seconds: 60, available_seconds: 60 };
    await write("uptime", up);
    await write("uptime", { record_id: "again", measured_seconds: 60, available_seconds: 57 });
    await write("uptime", { record_id: "again", measured_seconds: 60, available_seconds: 57 });
    await write("uptime", { ...up, day: longAgo, available_seconds: 0 });
    expect(await figure("availability", "availability_percent")).toEqual([97.5]);
  });

  it("say error rate and latency of requests, the typical one by how many there were", async () => {
    await write("requests", { requests: 900, errors: 1, latency_p50_ms: 10, latency_p99_ms: 90 });
    await write("requests", { requests: 100, errors: 4, latency_p50_ms: 30, latency_p99_ms: 250 });
    expect(await figure("error-rate", "error_percent")).toEqual([0.5]);
    expect(await ask("latency")).toMatchObject([{ typical_ms: 12, worst_p99_ms: 250 }]);
  });

  it("say the most players, sessions and use of a day, and what a thousand players cost", async () => {
    await write("load", { players: 4000, sessions: 90, capacity_percent: 61 });
    await write("load", { players: 5000, sessions: 80, capacity_percent: 73.5 });
    await write("cost", { cost_usd: 120 });
    await write("cost", { cost_usd: 30, service: "relay" });
    expect(await ask("scalability")).toMatchObject([
      { most_players: "5000", most_sessions: "90", most_capacity_percent: 73.5 },
    ]);
    expect(await figure("cost-efficiency", "usd_per_thousand_players")).toEqual([30]);
  });

  it("say mean time to repair, mean time between failures and customer impact of incidents told of more than once", async () => {
    const first = { incident_id: "one", started_at: `${today} 08:00:00` };
    await write("incident", { ...first, affected_players: 200 });
    await write("incident", { ...first, affected_players: 900, resolved_at: `${today} 08:10:00` });
    const second = { incident_id: "two", started_at: `${today} 14:00:00`, resolved_at: `${today} 14:30:00` };
    await write("incident", { ...second, affected_players: 50 });
    await write("incident", { incident_id: "three", started_at: `${today} 16:00:00`, affected_players: 5 });
    expect(await ask("mean-time-to-repair")).toMatchObject([{ service: "lobby", incidents: "2" }]);
    expect(await figure("mean-time-to-repair", "mttr_minutes")).toEqual([20]);
    expect(await figure("mean-time-between-failures", "mtbf_hours")).toEqual([4]);
    const impact = await ask("customer-impact");
    expect(impact.map(({ players, player_minutes }) => [Number(players), Number(player_minutes)])).toEqual([
      [900, 9000],
      [50, 1500],
      [5, 0],
    ]);
    expect(impact.at(-1)?.["player_minutes"]).toBeNull();
  });

  it("say the change failure rate, of a change that was undone later too", async () => {
    for (const change_id of ["a", "b", "c", "d"]) await write("change", { change_id, change_failed: false });
    await write("change", { change_id: "c", change_failed: true });
    expect(await figure("change-failure-rate", "change_failure_percent")).toEqual([25]);
  });

  it("all name the day, so that none reads the whole lake", () => {
    for (const { name, sql } of questions) {
      const reads = sql("operations").split("from operations").length - 1;
      const bounded = sql("operations").split("day >= ").length - 1;
      expect([name, bounded]).toEqual([name, reads]);
    }
  });
});
