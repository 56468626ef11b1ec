import type { Request, RequestHandler, Response } from "express";
import type { Logger } from "../../base/logger.ts";
import { isProblem, type Problem, problemCodes } from "../../base/problem.ts";
import { type Lease, newLease } from "../updates/lease.ts";
import type { RequestAudit, RequestTrail } from "./auditedRequests.ts";
import { outlast, type Patience, RETRY_AFTER } from "./outlast.ts";
import { readBody } from "./requestBody.ts";

/** A request of a Pulumi client, read once; its handler may run more than once, while the database is away. */
export interface ProtocolRequest {
  readonly method: string;
  /** From the service's root, as `/api/user`. */
  readonly path: string;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  /** The address by which the client reaches the service, as `https://meridian.example.com`. */
  readonly origin: string;
  readonly body: unknown;
  /** A lease that is new with the request and the same in each try of its handler. */
  readonly lease: Lease;
  /** Filled while the request is served, for its audit record. */
  readonly trail: RequestTrail;
}

/** Answers with JSON, by default `{}`, which a Pulumi client takes where it expects nothing. */
type ProtocolHandler = (request: ProtocolRequest) => Promise<object | undefined>;

export interface RouteOptions {
  readonly logger: Logger;
  readonly patience: Patience;
  readonly bodyLimit: number;
  readonly audit: RequestAudit;
  /** Throws while nothing may change, as after a restore. */
  readonly requireReleased?: (() => Promise<void>) | undefined;
}

/** `ignored` is for a route that answers the same whatever the body is, JSON or not. */
export type Route = (handler: ProtocolHandler, options?: { readonly body?: "json" | "ignored" }) => RequestHandler;

/** Makes routes of the protocol: body, waiting out the database, and errors in the shape that Pulumi clients read. */
export function createRoute({ logger, patience, bodyLimit, audit, requireReleased }: RouteOptions): Route {
  /** Nothing is told that is not on record: who reads gets no answer where the log cannot be written. */
  async function serve(request: ProtocolRequest, handler: ProtocolHandler): Promise<object | undefined> {
    const limit = isRepeated(request) ? patience.limit : patience.limitOnce;
    const waiting = { limit, pause: patience.pause };
    const work = async () => {
      if (!onlyReads(request)) await requireReleased?.();
      return handler(request);
    };
    let answer: object | undefined;
    try {
      answer = await outlast(work, waiting);
    } catch (error) {
      await noteRefusal(request, error);
      throw error;
    }
    await outlast(() => audit.note(request), waiting);
    return answer;
  }

  /** The client is told why it was refused also when that cannot be put on record. */
  async function noteRefusal(request: ProtocolRequest, refusal: unknown): Promise<void> {
    try {
      await audit.note(request, refusal);
    } catch (error) {
      logger.error({ err: error, path: request.path }, "a refusal could not be put on record");
    }
  }

  return (handler, { body = "json" } = {}) =>
    async (req, res) => {
      try {
        const request = await read(req, body === "ignored" ? undefined : bodyLimit);
        send(res, 200, (await serve(request, handler)) ?? {});
      } catch (error) {
        refuse(res, error, logger);
      }
    };
}

/**
 * Whether the client sends a request again that it was told to come again with, at most four times: whatever it reads, all
 * that it writes under a lease, and secrets (retryAllMethods in client.go). It creates and starts an update only once.
 */
function isRepeated({ method, path, authorization }: ProtocolRequest): boolean {
  return method === "GET" || authorization?.startsWith("update-token ") === true || /crypt$/.test(path);
}

/** Sealing and opening secrets asks by POST, and changes nothing. */
const onlyReads = ({ method, path }: ProtocolRequest): boolean =>
  method === "GET" || method === "HEAD" || /\/(batch-)?(en|de)crypt(\/log-(batch-)?decryption)?$/.test(path);

async function read(req: Request, limit: number | undefined): Promise<ProtocolRequest> {
  return {
    method: req.method,
    path: `${req.baseUrl}${req.path}`,
    params: req.params as Record<string, string>, // no route of the protocol has a repeated parameter
    query: new URL(req.originalUrl, "http://localhost").searchParams,
    authorization: req.headers.authorization,
    origin: originOf(req),
    body: limit === undefined ? undefined : await readBody(req, limit),
    lease: newLease(),
    trail: { recorded: false },
  };
}

/** A relay says where it is itself; a proxy that ends TLS says so by its own header. It only comes back to whoever said it. */
function originOf(req: Request): string {
  const scheme = req.get("x-forwarded-proto")?.split(",", 1)[0]?.trim() ?? req.protocol;
  return req.get("x-meridian-origin") ?? `${scheme}://${req.get("host") ?? ""}`;
}

function send(res: Response, status: number, body: object): void {
  const bytes = Buffer.from(JSON.stringify(body), "utf8");
  res.writeHead(status, { "content-type": "application/json", "content-length": bytes.length }).end(bytes);
}

/** The one place where an error becomes what a Pulumi client shows: `{code, message}` (apitype.ErrorResponse). */
function refuse(res: Response, error: unknown, logger: Logger): void {
  if (res.headersSent) return;
  if (!isProblem(error)) {
    logger.error({ err: error }, "a request of a Pulumi client failed");
    send(res, 500, { code: 500, message: "The service failed. Its log has the details." });
    return;
  }
  const { status } = problemCodes[error.code];
  if (status === 429) res.setHeader("Retry-After", String(RETRY_AFTER));
  // What is left of a body that was refused is not read, so the connection cannot be used again.
  if (status === 413) res.setHeader("Connection", "close");
  send(res, status, { code: status, message: messageOf(error) });
}

/** The CLI knows these two by their words (client.go, isStackHasResourcesError; backend.go, CreateStack). */
function messageOf({ code, message }: Problem): string {
  if (code === "stack-not-empty") return "Bad Request: Stack still contains resources.";
  if (code === "already-exists") return `${message} It already exists.`;
  return message;
}
