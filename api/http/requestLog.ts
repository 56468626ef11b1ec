import type { IncomingMessage, ServerResponse } from "node:http";
import type { RequestHandler, Response } from "express";
import { pinoHttp } from "pino-http";
import { newId } from "../base/ids.ts";
import type { Logger } from "../base/logger.ts";
import { stateOf } from "./requestState.ts";

/** Paths that something asks every few seconds; a line for each would bury the rest. */
const quiet = new Set(["/livez", "/readyz", "/metrics"]);

/**
 * Gives each request its id (also as `X-Request-Id`), and logs one line when it is answered. The line has the path
 * without its query, and no header at all: what is not written need not be redacted.
 */
export function requestLog(logger: Logger): readonly RequestHandler[] {
  const identify: RequestHandler = (_req, res, next) => {
    const requestId = newId("req");
    stateOf(res).requestId = requestId;
    res.setHeader("x-request-id", requestId);
    next();
  };
  const log = pinoHttp({
    logger,
    genReqId: (_req, res) => stateOf(res as Response).requestId, // Express made it; pino-http knows only node's type
    autoLogging: { ignore: (req) => quiet.has(pathOf(req)) },
    serializers: { req: () => undefined, res: () => undefined },
    quietReqLogger: true,
    customAttributeKeys: { reqId: "requestId", responseTime: "ms" },
    customSuccessObject: (req, res, line) => ({ ms: line.ms, ...describe(req, res as Response) }),
    customLogLevel: (_req, res, error) => (error !== undefined || res.statusCode >= 500 ? "error" : "info"),
    customSuccessMessage: () => "answered",
    customErrorMessage: () => "answered with a failure",
    customErrorObject: (req, res) => describe(req, res as Response), // the error handler has logged the error itself
  });
  return [identify, log];
}

function describe(req: IncomingMessage, res: ServerResponse & Response): Record<string, unknown> {
  const { caller, route } = stateOf(res);
  return {
    method: req.method,
    path: pathOf(req),
    route,
    status: res.statusCode,
    caller: caller?.id,
    team: caller?.team,
  };
}

function pathOf(req: IncomingMessage): string {
  const url = "originalUrl" in req && typeof req.originalUrl === "string" ? req.originalUrl : (req.url ?? "");
  return url.split("?", 1)[0] ?? "";
}
