import express, { type RequestHandler } from "express";
import { Problem } from "../base/problem.ts";

/** Bytes; the largest body of `/v1` that has a use is a blueprint's inputs. */
export const BODY_LIMIT = 1_048_576;

const types = ["application/json", "application/merge-patch+json"];

/**
 * Parses a body of at most `limit` bytes as JSON. A body of another type is refused rather than ignored, which would look like a missing one.
 *
 * @throws Problem `unsupported-media-type`, `malformed-json` or `body-too-large`.
 */
export function jsonBodyOf(limit: number): RequestHandler {
  const parser = express.json({ limit, strict: false, type: types });
  return (req, res, next) => {
    if (req.get("content-length") === "0") return next(); // the parser would make an empty object of nothing
    if (req.is(types) === false) {
      const given = req.get("content-type") ?? "none";
      throw new Problem("unsupported-media-type", `The body's type is ${given}. Send application/json.`);
    }
    parser(req, res, (error?: unknown) => next(error === undefined ? undefined : toProblem(error, limit)));
  };
}

/** As `jsonBodyOf`, with the limit of most routes. */
export const jsonBody: RequestHandler = jsonBodyOf(BODY_LIMIT);

/** The parser's errors are known by their `type`, a stable word of its interface. */
function toProblem(error: unknown, limit: number): unknown {
  const type = error instanceof Error && "type" in error ? error.type : undefined;
  switch (type) {
    case "entity.too.large":
      return new Problem("body-too-large", `The body is over ${limit} bytes. Send less.`, { cause: error });
    case "encoding.unsupported":
    case "charset.unsupported":
      return new Problem(
        "unsupported-media-type",
        "The body's encoding is not known here. Send UTF-8, plain or gzip.",
        {
          cause: error,
        },
      );
    case "entity.parse.failed":
    case "request.size.invalid":
    case "request.aborted":
      return new Problem("malformed-json", "The body is not valid JSON, or ended early. Check it with a JSON parser.", {
        cause: error,
      });
    default:
      // What zlib says of a body that is not the gzip its header promises has no type, only a 4xx status.
      return isClientFault(error)
        ? new Problem("malformed-json", "The body cannot be read as its headers describe it.", { cause: error })
        : error;
  }
}

function isClientFault(error: unknown): boolean {
  return error instanceof Error && "status" in error && typeof error.status === "number" && error.status < 500;
}
