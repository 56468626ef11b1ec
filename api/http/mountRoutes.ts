import { type RequestHandler, type Response, Router } from "express";
import { z } from "zod";
import { type Caller, isNarrowed, requirePermission } from "../base/caller.ts";
import type { Clock } from "../base/clock.ts";
import { isProblem, Problem } from "../base/problem.ts";
import type { Database } from "../db/database.ts";
import type { Answer } from "./answer.ts";
import type { AuditSink } from "./audit.ts";
import { callerOf } from "./authenticate.ts";
import { readIfMatch } from "./etag.ts";
import { hashRequest, type IdempotentRequest, readIdempotencyKey } from "./idempotency.ts";
import { BODY_LIMIT, jsonBodyOf } from "./jsonBody.ts";
import { invalidRequest, parse } from "./parse.ts";
import { createPerformChange } from "./performChange.ts";
import { stateOf } from "./requestState.ts";
import type { ReceivedBody, Route, RouteDeclaration, RouteRequest } from "./route.ts";
import { isStorable } from "./unstorableFaults.ts";

export interface MountDeps {
  readonly db: Database;
  readonly clock: Clock;
  readonly audit: AuditSink;
  /** Throws while nothing may change, as after a restore. */
  readonly requireReleased?: () => Promise<void>;
}

type Req = Parameters<RequestHandler>[0];
type PerformChange = ReturnType<typeof createPerformChange>;

/**
 * Mounts declared routes: for each the permission, then the body, then the schemas, then the handler; for each known path
 * 405 with `Allow` on other methods. Authentication comes before the router.
 */
export function mountRoutes(declared: readonly Route[], deps: MountDeps): Router {
  const routes = declared.filter(({ handler }) => handler.kind !== "elsewhere");
  const router = Router({ caseSensitive: true });
  const performChange = createPerformChange(deps);
  for (const route of routes) {
    const { method, body, bodyLimit } = route.declaration;
    const stages = [
      gate(route, deps),
      ...(body === undefined ? [] : [jsonBodyOf(bodyLimit ?? BODY_LIMIT)]),
      serve(route, deps, performChange),
    ];
    router[method](expressPath(route.declaration.path), ...stages);
  }
  for (const [path, allow] of methodsByPath(routes)) router.all(expressPath(path), refuseMethod(allow));
  return router;
}

/** Express writes `:name` where the document writes `{name}`. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ":$1");
}

function methodsByPath(routes: readonly Route[]): Map<string, string[]> {
  const methods = new Map<string, string[]>();
  for (const { declaration } of routes) {
    const known = methods.get(declaration.path) ?? [];
    const own = declaration.method === "get" ? ["GET", "HEAD"] : [declaration.method.toUpperCase()];
    methods.set(declaration.path, [...known, ...own]);
  }
  return methods;
}

function refuseMethod(allow: readonly string[]): RequestHandler {
  return (req) => {
    throw new Problem("method-not-allowed", `${req.method} is not a method of this path. It has ${allow.join(", ")}.`, {
      facts: { allow },
    });
  };
}

function gate({ declaration, handler }: Route, { db, audit, requireReleased }: MountDeps): RequestHandler {
  return async (req, res, next) => {
    const state = stateOf(res);
    state.route = declaration.path;
    const caller = callerOf(state);
    try {
      if (declaration.permission === undefined)
        throw new Error(`${declaration.path} needs no key, and is not mounted here`);
      requirePermission(caller, declaration.permission);
      if (declaration.narrowed === undefined) requireWholeTeam(caller);
      if ((handler.kind === "change" || handler.kind === "receive") && declaration.quarantine === undefined)
        await requireReleased?.();
    } catch (error) {
      if (isProblem(error) && (handler.kind === "change" || handler.kind === "receive")) {
        const { requestId } = state;
        const details = { code: error.code, permission: declaration.permission, role: caller.role };
        const entry = { caller, action: handler.action, subject: req.path, team: caller.team, requestId, details };
        await audit.record(db, { ...entry, outcome: "refused" });
      }
      throw error;
    }
    next();
  };
}

function requireWholeTeam(caller: Caller): void {
  if (!isNarrowed(caller)) return;
  const detail =
    "This key was narrowed to some stacks, and this route concerns more than a stack. Ask an admin for a key without projects and stacks in its scope.";
  throw new Problem("forbidden", detail, { facts: { scope: caller.scope } });
}

function serve(route: Route, deps: MountDeps, performChange: PerformChange): RequestHandler {
  const { declaration, handler } = route;
  return async (req, res) => {
    const request = readRequest(req, res, declaration);
    switch (handler.kind) {
      case "read":
        return send(res, await handler.answer(request, deps.db));
      case "elsewhere":
        throw new Error(`${declaration.path} is served elsewhere`);
      case "stream":
        return handler.open(request, res);
      case "receive": {
        const { caller, requestId } = request;
        const { digest, change } = await handler.take(request, receivedBody(req, declaration), deps.db);
        const idempotent = readIdempotent(req, request, digest);
        const about = { caller, requestId, action: handler.action };
        return send(res, await performChange({ about, idempotent, run: change }));
      }
      case "change": {
        const { caller, requestId } = request;
        const about = { caller, requestId, action: handler.action };
        const run = handler.answer.bind(undefined, request);
        return send(res, await performChange({ about, idempotent: readIdempotent(req, request), run }));
      }
    }
  };
}

function readRequest(req: Req, res: Response, declaration: RouteDeclaration): RouteRequest {
  const { path, query, body, ifMatch, produces } = declaration;
  const state = stateOf(res);
  const params = readParams(req);
  const match = readIfMatch(req.get("if-match"));
  if (ifMatch === "required" && match === undefined) {
    throw new Problem("precondition-required", `Read ${path} first, and send its ETag as If-Match.`);
  }
  return {
    caller: callerOf(state),
    requestId: state.requestId,
    params,
    query: parse(query ?? noQuery, { ...req.query }, "/query"),
    body: body === undefined ? undefined : parse(body, req.body),
    ifMatch: ifMatch === undefined ? undefined : match,
    produces: produces === undefined ? "application/json" : chosenType(req, produces),
    lastEventId: readLastEventId(req.get("last-event-id")),
  };
}

/** @throws Problem `not-acceptable` where the client takes none of them; without a wish it gets the first. */
function chosenType(req: Req, produces: readonly string[]): string {
  const chosen = req.accepts([...produces]);
  if (chosen !== false) return chosen;
  throw new Problem("not-acceptable", `${req.get("accept")} is not answered here. Ask for ${produces.join(", ")}.`);
}

const noQuery = z.strictObject({});

/** @throws Problem `not-found` for text that no stored name can hold. */
function readParams(req: Req): Record<string, string> {
  const params: Record<string, string> = {};
  for (const [name, value] of Object.entries(req.params)) {
    if (typeof value !== "string" || !isStorable(value)) {
      throw new Problem("not-found", "The path has text in it that no name can hold.");
    }
    params[name] = value;
  }
  return params;
}

/** @throws Problem `unsupported-media-type` */
function receivedBody(req: Req, { contentTypes }: RouteDeclaration): ReceivedBody {
  const known: readonly string[] = contentTypes ?? [];
  const encoding = req.get("content-encoding") ?? "identity";
  if (req.is([...known]) === false || !["identity", "gzip"].includes(encoding)) {
    const given = `${req.get("content-type") ?? "none"}, encoded as ${encoding}`;
    const detail = `The body's type is ${given}. Send ${known.join(" or ")}, plain or gzip.`;
    throw new Problem("unsupported-media-type", detail);
  }
  return { content: req, gzipped: encoding === "gzip" || req.is("application/gzip") !== false };
}

function readIdempotent(req: Req, { caller }: RouteRequest, body: unknown = req.body): IdempotentRequest | undefined {
  const key = readIdempotencyKey(req.get("idempotency-key"));
  if (key === undefined) return undefined;
  return { owner: caller.id, key, hash: hashRequest({ method: req.method, url: req.originalUrl, body }) };
}

function readLastEventId(header: string | undefined): number | undefined {
  if (header === undefined || header === "") return undefined;
  if (/^\d{1,15}$/.test(header)) return Number(header);
  throw invalidRequest([
    { pointer: "/headers/Last-Event-ID", detail: "The id must be one that this stream gave: a whole number." },
  ]);
}

function send(res: Response, { status, headers, body }: Answer): void {
  res.status(status);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  // A client may keep what it read, and asks each time whether it still holds; a new key must be kept nowhere.
  res.setHeader("cache-control", res.req.method === "GET" ? "private, no-cache" : "no-store");
  if (body === undefined) res.end();
  else if (typeof body === "string" && "content-type" in headers) res.send(body);
  else res.json(body);
}
