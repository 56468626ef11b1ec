import { Router } from "express";
import type { Metrics } from "./metrics.ts";
import { checkReadiness, type ReadinessChecks } from "./readiness.ts";

export interface HealthDeps {
  readonly checks: ReadinessChecks;
  /** Shown by `/readyz` without making the service unready. */
  readonly besides?: ReadinessChecks;
  readonly metrics: Pick<Metrics, "render">;
}

/**
 * `/livez`: the process answers. `/readyz`: it can do its work, each need by name. `/metrics`: for Prometheus. They ask for
 * no key, as whatever watches a process has none; they hold no name of a team's.
 */
export function healthRouter({ checks, besides, metrics }: HealthDeps): Router {
  const router = Router();
  router.get("/livez", (_req, res) => {
    res.set("cache-control", "no-store").json({ status: "alive" });
  });
  router.get("/readyz", async (_req, res) => {
    const readiness = await checkReadiness(checks, undefined, besides);
    res.status(readiness.status === "ready" ? 200 : 503);
    res.set("cache-control", "no-store").json(readiness);
  });
  router.get("/metrics", async (_req, res) => {
    const { contentType, text } = await metrics.render();
    res.set({ "cache-control": "no-store", "content-type": contentType }).send(text);
  });
  return router;
}
