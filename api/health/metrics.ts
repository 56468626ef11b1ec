import { collectDefaultMetrics, Gauge, Histogram, Registry } from "@prometheus-io/client";
import type { RequestHandler } from "express";
import { stateOf } from "../http/requestState.ts";

export interface MetricsDeps {
  /** PostgreSQL's pool, as it says itself. */
  readonly pool: { readonly totalCount: number; readonly idleCount: number; readonly waitingCount: number };
  /** How many operations there are in each status that is not an end; asked at each scrape. */
  readonly countOperations: () => Promise<Readonly<Record<string, number>>>;
  /** How far the escrow is behind; undefined where none is kept. */
  readonly escrowLag?: (() => Promise<{ readonly stacks: number; readonly seconds: number }>) | undefined;
}

export interface Metrics {
  /** Measures every request that passes; put it before the routes. */
  readonly observe: RequestHandler;
  /** The text format of Prometheus. */
  render(): Promise<{ readonly contentType: string; readonly text: string }>;
}

/** Seconds; an answer of the API takes milliseconds, an event stream as long as somebody reads it, and is left out. */
const buckets = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Metrics of this process, in a registry of their own. Labels are declared paths and statuses, never names or ids. */
export function createMetrics({ pool, countOperations, escrowLag }: MetricsDeps): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: "meridian_http_request_duration_seconds",
    help: "Time from request to answer, event streams excepted",
    labelNames: ["method", "route", "status"],
    buckets,
    registers,
  });
  new Gauge({
    name: "meridian_operations",
    help: "Operations by status, those that have not ended",
    labelNames: ["status"],
    registers,
    async collect() {
      this.reset();
      for (const [status, count] of Object.entries(await countOperations())) this.set({ status }, count);
    },
  });
  new Gauge({
    name: "meridian_database_connections",
    help: "Connections of this process to PostgreSQL by state, and requests that wait for one",
    labelNames: ["state"],
    registers,
    collect() {
      this.set({ state: "busy" }, pool.totalCount - pool.idleCount);
      this.set({ state: "idle" }, pool.idleCount);
      this.set({ state: "waited-for" }, pool.waitingCount);
    },
  });
  if (escrowLag !== undefined) measureEscrow(escrowLag, registers);
  return {
    observe: (req, res, next) => {
      const begun = process.hrtime.bigint();
      res.once("finish", () => {
        const { route } = stateOf(res);
        if (route === undefined || res.getHeader("content-type")?.toString().startsWith("text/event-stream")) return;
        const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
        durations.observe({ method: req.method, route, status: String(res.statusCode) }, seconds);
      });
      next();
    },
    async render() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

function measureEscrow(lag: NonNullable<MetricsDeps["escrowLag"]>, registers: Registry[]): void {
  new Gauge({
    name: "meridian_escrow_waiting_stacks",
    help: "Stacks whose newest version has no copy",
    registers,
    async collect() {
      this.set((await lag()).stacks);
    },
  });
  new Gauge({
    name: "meridian_escrow_lag_seconds",
    help: "Time since the oldest version without a copy ended",
    registers,
    async collect() {
      this.set((await lag()).seconds);
    },
  });
}
