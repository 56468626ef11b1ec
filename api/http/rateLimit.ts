import type { RequestHandler, Response } from "express";
import { ipKeyGenerator, rateLimit } from "express-rate-limit";
import { Problem } from "../base/problem.ts";
import { callerOf } from "./authenticate.ts";
import { stateOf } from "./requestState.ts";

export interface RateLimits {
  /** Requests to `/v1` that one key may make in a minute, in each control process. */
  readonly perKey: number;
  /** Refused keys that one address may try in a minute, in each control process. */
  readonly refusedPerAddress: number;
}

/** Generous: a benchmark that polls a hundred stacks stays below. It is there for the client that loops. */
export const defaultRateLimits: RateLimits = { perKey: 30_000, refusedPerAddress: 120 };

const WINDOW_MS = 60_000;

/** Goes before authentication, and counts only what authentication refused: guessing keys gets slow, using one does not. */
export function limitRefusedKeys(limits: RateLimits): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: limits.refusedPerAddress,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? ""),
    skipSuccessfulRequests: true,
    requestWasSuccessful: (_req, res) => res.statusCode !== 401,
    ...common("Too many requests with a wrong key came from this address."),
  });
}

/** For what asks for no key: counts whatever was refused, since anybody can send what is genuine and of no use here. */
export function limitRefusedExchanges(limits: RateLimits): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: limits.refusedPerAddress,
    keyGenerator: (req) => ipKeyGenerator(req.ip ?? ""),
    skipSuccessfulRequests: true,
    ...common("Too many tokens that were refused came from this address."),
  });
}

/** Goes after authentication. */
export function limitEachKey(limits: RateLimits): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: limits.perKey,
    keyGenerator: (_req, res) => callerOf(stateOf(res as Response)).id, // the library's type for it is the same, by name of its own
    ...common("This key made too many requests in a minute."),
  });
}

function common(detail: string) {
  return {
    standardHeaders: "draft-8",
    legacyHeaders: false,
    // The library has set Retry-After by then; the error handler writes the document.
    handler: (_req: unknown, _res: unknown, next: (error: unknown) => void) =>
      next(new Problem("too-many-requests", `${detail} Wait as long as Retry-After says.`)),
  } as const;
}
