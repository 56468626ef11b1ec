import express, { type Express, type RequestHandler, type Router } from "express";
import helmet from "helmet";
import type { Clock } from "./base/clock.ts";
import type { Logger } from "./base/logger.ts";
import { Problem } from "./base/problem.ts";
import type { Database } from "./db/database.ts";
import type { AuditSink } from "./http/audit.ts";
import { type Authenticator, requireCaller } from "./http/authenticate.ts";
import { errorHandler } from "./http/errorHandler.ts";
import { mountRoutes } from "./http/mountRoutes.ts";
import { limitEachKey, limitRefusedExchanges, limitRefusedKeys, type RateLimits } from "./http/rateLimit.ts";
import { requestLog } from "./http/requestLog.ts";
import type { Route } from "./http/route.ts";

export interface AppDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly authenticator: Authenticator;
  readonly audit: AuditSink;
  readonly rateLimits: RateLimits;
  /** Throws while nothing may change, as after a restore. */
  readonly requireReleased?: () => Promise<void>;
  /** Sees every request but those of the two routers below; measures them. */
  readonly observe: RequestHandler;
  /** The REST API, a list for each noun. */
  readonly routes: readonly Route[];
  /** What is served outside `/v1`: documentation, health, metrics. */
  readonly pages: readonly Router[];
  /** Pulumi's service protocol, at `/api`. */
  readonly stateRouter?: RequestHandler;
  /** Where pipelines exchange their tokens, without a key; given what slows down whoever guesses. */
  readonly exchangeRouter?: (limitRefused: RequestHandler) => RequestHandler;
  /** What runner hosts dial, at `/runner/v1`. */
  readonly runnerRouter?: RequestHandler;
}

/** The service as an Express app that does not listen; whoever calls passes in everything it needs. */
export function createApp(deps: AppDeps): Express {
  const app = express();
  app.disable("x-powered-by");
  app.set("query parser", "simple");
  // First and bare: the engine waits for each answer of the journal, and both have authentication and errors of their own.
  if (deps.exchangeRouter !== undefined) {
    app.use(["/v1/tokens/exchange", "/api/oauth/token"], ...requestLog(deps.logger));
    app.use(deps.exchangeRouter(limitRefusedExchanges(deps.rateLimits)), errorHandler(deps.logger));
  }
  if (deps.stateRouter !== undefined) app.use("/api", deps.stateRouter);
  if (deps.runnerRouter !== undefined) app.use("/runner/v1", deps.runnerRouter);
  app.use(...requestLog(deps.logger));
  app.use(deps.observe, securityHeaders);
  for (const page of deps.pages) app.use(page);
  app.use("/v1", limitRefusedKeys(deps.rateLimits), requireCaller(deps.authenticator), limitEachKey(deps.rateLimits));
  app.use(mountRoutes(deps.routes, deps));
  app.use(refuseUnknown);
  app.use(errorHandler(deps.logger));
  return app;
}

/** Answers are data: nothing in them may run, load, or be framed. A page with needs of its own sets its own policy. */
const securityHeaders = helmet({
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  referrerPolicy: { policy: "no-referrer" },
  strictTransportSecurity: false, // the service speaks plain HTTP; whoever terminates TLS in front of it decides
});

const refuseUnknown: RequestHandler = (req) => {
  throw new Problem("not-found", `There is nothing at ${req.path}. /docs lists what there is.`);
};
