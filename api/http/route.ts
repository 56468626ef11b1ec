import type { Readable } from "node:stream";
import type { Response } from "express";
import type { z } from "zod";
import type { Caller, Permission } from "../base/caller.ts";
import type { ProblemCode } from "../base/problem.ts";
import type { Database, Tx } from "../db/database.ts";
import type { Answer } from "./answer.ts";
import type { IfMatch } from "./etag.ts";

/** `{id: string, …}` for a path such as `/v1/things/{id}`. */
type PathParameters<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? { readonly [K in Name]: string } & PathParameters<Rest>
  : unknown;

/** A request as a handler sees it: who asks is known and may, and everything is validated. */
export interface RouteRequest<Path extends string = string, Query = unknown, Body = unknown> {
  readonly caller: Caller;
  readonly requestId: string;
  readonly params: PathParameters<Path>;
  readonly query: Query;
  readonly body: Body;
  readonly ifMatch: IfMatch | undefined;
  /** Of what the route can answer with, what the client wants. */
  readonly produces: string;
  readonly lastEventId: number | undefined;
}

export interface AnswerDeclaration {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly contentType?: string;
}

/** What the document says of a route, and what is done for it before its handler runs. */
export interface RouteDeclaration {
  readonly method: "get" | "post" | "put" | "patch" | "delete";
  readonly path: string;
  /** The heading under which the document lists the route. */
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  /** Undefined for a route that is served without a key. */
  readonly permission: Permission | undefined;
  /**
   * Whether keys that were narrowed to some stacks may ask: the route concerns no stack, or its handler asks `mayReach` of
   * each. Without it they are refused, so that a new route is closed to them until somebody has thought about it.
   */
  readonly narrowed?: "may-ask";
  /** Whether it may change something while a restored service is in quarantine: it touches no state and starts no engine. */
  readonly quarantine?: "may-change";
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** Bytes, where the body may be larger than others. */
  readonly bodyLimit?: number;
  /** Media types to choose from by `Accept`; JSON without it. */
  readonly produces?: readonly [string, ...string[]];
  /** Of a body that is no JSON. */
  readonly contentTypes?: readonly [string, ...string[]];
  /** `required`: 428 without an If-Match header; `optional`: honoured when there. */
  readonly ifMatch?: "required" | "optional";
  readonly answers: Readonly<Record<number, AnswerDeclaration>>;
  /** Codes besides those that follow from the rest of the declaration. */
  readonly problems?: readonly ProblemCode[];
}

/** What a handler that changes something gives back; recorded in the same transaction as the change. */
export interface Change {
  readonly answer: Answer;
  /** The path of the thing that was changed, and the team that owns it, for the audit log. */
  readonly subject: string;
  readonly team: string | undefined;
  readonly details?: Readonly<Record<string, unknown>>;
  /** What a repeated request with the same idempotency key is told, when the first answer holds what must not be kept. */
  readonly repeated?: Answer;
  /** Runs once the change is committed. */
  readonly afterCommit?: () => void;
}

/** What a body that was read as it came turns into: its digest, by which a repeated request is known, and the change. */
export interface Received {
  readonly digest: string;
  readonly change: (tx: Tx) => Promise<Change>;
}

/** Reads a body while no transaction is open: its sender may be slow. */
type Take<Request> = (request: Request, body: ReceivedBody, db: Database) => Promise<Received>;

export interface ReceivedBody {
  readonly content: Readable;
  /** As the headers say. */
  readonly gzipped: boolean;
}

/** Parsed by nobody yet; the route's own `parse` gives it its types. */
type Handler =
  | { readonly kind: "read"; readonly answer: (request: RouteRequest, db: Database) => Promise<Answer> }
  | {
      readonly kind: "change";
      readonly action: string;
      readonly answer: (request: RouteRequest, tx: Tx) => Promise<Change>;
    }
  | { readonly kind: "receive"; readonly action: string; readonly take: Take<RouteRequest> }
  | { readonly kind: "elsewhere" }
  | { readonly kind: "stream"; readonly open: (request: RouteRequest, res: Response) => Promise<void> };

export interface Route {
  readonly declaration: RouteDeclaration;
  readonly handler: Handler;
}

type Declared<Path extends string, Query extends z.ZodObject, Body extends z.ZodType> = Omit<
  RouteDeclaration,
  "path" | "query" | "body"
> & { readonly path: Path; readonly query?: Query; readonly body?: Body };

type Typed<Path extends string, Query extends z.ZodObject, Body extends z.ZodType> = RouteRequest<
  Path,
  z.output<Query>,
  z.output<Body>
>;

/** A route that only reads. */
export function reads<Path extends string, Query extends z.ZodObject, Body extends z.ZodType>(
  declaration: Declared<Path, Query, Body>,
  answer: (request: Typed<Path, Query, Body>, db: Database) => Promise<Answer>,
): Route {
  // The mount parses with this declaration's own schemas before it calls, so the request has the declared types.
  return {
    declaration,
    handler: { kind: "read", answer: answer as (request: RouteRequest, db: Database) => Promise<Answer> },
  };
}

/**
 * A route that changes something. The handler runs inside a transaction, which also holds the audit record and the
 * answer kept under an idempotency key: all of it is committed or none. Use `tx` for every statement, and do nothing
 * outside the database that must not happen twice. `action` is the word in the audit log, as `stack-set.create`.
 */
export function changes<Path extends string, Query extends z.ZodObject, Body extends z.ZodType>(
  declaration: Declared<Path, Query, Body> & { readonly action: string },
  answer: (request: Typed<Path, Query, Body>, tx: Tx) => Promise<Change>,
): Route {
  const { action, ...rest } = declaration;
  // As above: parsed with this declaration's own schemas.
  return {
    declaration: rest,
    handler: { kind: "change", action, answer: answer as (request: RouteRequest, tx: Tx) => Promise<Change> },
  };
}

/** A route that takes a body of any size which is no JSON; what comes of it is changed as `changes` does. */
export function receives<Path extends string, Query extends z.ZodObject>(
  declaration: Declared<Path, Query, z.ZodType> & {
    readonly action: string;
    readonly contentTypes: readonly [string, ...string[]];
  },
  take: Take<Typed<Path, Query, z.ZodType>>,
): Route {
  const { action, ...rest } = declaration;
  // As above: parsed with this declaration's own schemas.
  return { declaration: rest, handler: { kind: "receive", action, take: take as Take<RouteRequest> } };
}

/** A route that a router of its own serves, without a key: it is in the document, and nothing is done for it here. */
export function described(declaration: Omit<RouteDeclaration, "permission">): Route {
  return { declaration: { ...declaration, permission: undefined }, handler: { kind: "elsewhere" } };
}

/** A route that answers with an event stream of its own; see `openEventStream`. */
export function streams<Path extends string, Query extends z.ZodObject>(
  declaration: Declared<Path, Query, z.ZodType>,
  open: (request: Typed<Path, Query, z.ZodType>, res: Response) => Promise<void>,
): Route {
  // As above: parsed with this declaration's own schemas.
  return {
    declaration,
    handler: { kind: "stream", open: open as (request: RouteRequest, res: Response) => Promise<void> },
  };
}
