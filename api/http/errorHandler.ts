import type { ErrorRequestHandler } from "express";
import type { Logger } from "../base/logger.ts";
import { isProblem, Problem, type ProblemDocument, toProblemDocument } from "../base/problem.ts";
import { isDatabaseAway } from "../db/databaseAway.ts";
import { stateOf } from "./requestState.ts";

/** Seconds after which trying again is sensible when the database is away. */
const RETRY_AFTER = "2";

/** The one place where an error becomes HTTP: a problem document (RFC 9457) that never holds a stack trace. */
export function errorHandler(logger: Logger): ErrorRequestHandler {
  return (error: unknown, _req, res, next) => {
    const { requestId, route } = stateOf(res);
    const known = isProblem(error) ? error : recognise(error);
    if (known === undefined) logger.error({ err: error, requestId, route }, "a request failed unexpectedly");
    else if (known.code === "unavailable") logger.warn({ err: error, requestId, route }, "a request met a closed door");
    if (res.headersSent) return next(error); // a stream broke half-way: Express ends the connection, which the client sees
    const document = toProblemDocument(known ?? error);
    setHeaders(document, (name, value) => res.setHeader(name, value));
    res
      .status(document.status)
      .type("application/problem+json")
      .send(JSON.stringify({ ...document, requestId }));
  };
}

function setHeaders({ code, allow }: ProblemDocument, set: (name: string, value: string) => void): void {
  set("cache-control", "no-store");
  if (code === "unauthenticated") set("www-authenticate", 'Bearer realm="meridian"');
  if (code === "unavailable") set("retry-after", RETRY_AFTER);
  if (code === "method-not-allowed" && Array.isArray(allow)) set("allow", allow.join(", "));
}

/** Errors that others throw and that are not our failure. */
function recognise(error: unknown): Problem | undefined {
  if (error instanceof URIError) {
    return new Problem("not-found", "The path is not valid percent-encoding of UTF-8.", { cause: error });
  }
  if (!isDatabaseAway(error)) return undefined;
  return new Problem("unavailable", "The database cannot be reached right now. Repeat the request shortly.", {
    cause: error,
  });
}
