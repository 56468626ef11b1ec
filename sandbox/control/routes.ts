import type { Faults } from "../cloud/faults.ts";
import type { Latency } from "../cloud/latency.ts";
import { type LedgerEntry, type LedgerFilter, OPERATIONS } from "../cloud/ledger.ts";
import type { Quotas } from "../cloud/quotas.ts";
import type { Resource } from "../model/resource.ts";
import { deleteResource, patchResource } from "./drift.ts";
import { engineView } from "./engineView.ts";
import { type FindServices, find } from "./find.ts";
import {
  driftRequest,
  faultRequest,
  findRequest,
  latencyRequest,
  quotaRequest,
  RequestError,
} from "./requestBodies.ts";
import { shown, summary } from "./shownResource.ts";

export interface ControlServices extends FindServices {
  readonly faults: Faults;
  readonly quotas: Quotas;
  readonly latency: { get(): Latency; set(latency: Latency): void };
  readonly ledger: (filter: LedgerFilter) => Promise<readonly LedgerEntry[]>;
  readonly startedAt: string;
  readonly log: (message: string, error: unknown) => void;
}

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
}

interface ControlAnswer {
  readonly status: number;
  readonly body?: unknown;
}

type Handler = (
  request: ControlRequest,
  services: ControlServices,
  id: string,
) => ControlAnswer | Promise<ControlAnswer>;

const LEDGER_PAGE = 10_000;

const HANDLERS: Readonly<Record<string, Handler>> = {
  "GET /healthz": (_request, { startedAt }) => ok({ status: "ok", pid: process.pid, startedAt }),
  "GET /resources": ({ query }, { store, calls }) => {
    const filter = optionals(query, ["account", "region", "type", "stack"]);
    return ok({ items: store.list(filter).map((resource) => summary(resource, calls.clock.now())) });
  },
  "GET /engine-views": ({ query }, { store, calls }) => {
    const filter = optionals(query, ["account", "stack"]);
    return ok({ items: store.list(filter).map((resource) => engineView(resource, calls.clock.now())) });
  },
  "GET /engine-views/*": (_request, services, uid) => ok(engineView(known(uid, services), services.calls.clock.now())),
  "GET /resources/*": (_request, services, uid) => ok(shown(known(uid, services), services.calls.clock.now())),
  "PATCH /resources/*": async ({ body }, services, uid) => {
    const resource = await patchResource(known(uid, services), driftRequest(body), services);
    return ok(shown(resource, services.calls.clock.now()));
  },
  "DELETE /resources/*": async ({ query }, services, uid) => {
    await deleteResource(known(uid, services), query.get("force") === "true", services);
    return { status: 204 };
  },
  "POST /find": ({ body }, services) => ok(find(findRequest(body), services)),
  "GET /faults": (_request, { faults }) => ok({ items: faults.list() }),
  "POST /faults": ({ body }, { faults }) => ({ status: 201, body: faults.add(faultRequest(body)) }),
  "DELETE /faults": (_request, { faults }) => {
    faults.clear();
    return { status: 204 };
  },
  "DELETE /faults/*": (_request, { faults }, id) => {
    if (!faults.remove(id)) throw new RequestError(404, "not-found", `there is no fault '${id}'`);
    return { status: 204 };
  },
  "GET /latency": (_request, { latency }) => ok(latency.get()),
  "PUT /latency": ({ body }, { latency }) => {
    latency.set(latencyRequest(body));
    return ok(latency.get());
  },
  "GET /quotas": ({ query }, { quotas }) => {
    const { account, region } = optionals(query, ["account", "region"]);
    if (account === undefined || region === undefined) {
      throw new RequestError(400, "bad-request", "a quota is an account's in a region: give account and region");
    }
    return ok({ items: quotas.list({ account, region }) });
  },
  "PUT /quotas": ({ body }, { quotas }) => {
    const setting = quotaRequest(body);
    if (!quotas.set(setting)) throw new RequestError(404, "not-found", `there is no quota '${setting.code}'`);
    return ok(quotas.list(setting).find(({ code }) => code === setting.code));
  },
  "GET /ledger": async ({ query }, { ledger }) => {
    const operation = query.get("operation");
    const known = OPERATIONS.find((name) => name === operation);
    if (operation !== null && known === undefined) {
      throw new RequestError(400, "bad-request", `operation must be one of ${OPERATIONS.join(", ")}`);
    }
    const after = whole(query, "after", 0);
    const limit = Math.min(LEDGER_PAGE, whole(query, "limit", LEDGER_PAGE));
    const filter = { ...optionals(query, ["stack", "type"]), after, limit };
    const items = await ledger(known === undefined ? filter : { ...filter, operation: known });
    return ok({ items, next: items.at(-1)?.seq ?? after });
  },
};

/** Answers a request at the control port. Throws `RequestError` for what it cannot serve. */
export async function route(request: ControlRequest, services: ControlServices): Promise<ControlAnswer> {
  const [, collection = "", ...rest] = request.path.split("/");
  const id = decoded(rest.join("/"));
  const pattern = id === "" ? `/${collection}` : `/${collection}/*`;
  const handler = HANDLERS[`${request.method} ${pattern}`];
  if (handler !== undefined) return handler(request, services, id);
  const methods = Object.keys(HANDLERS).filter((key) => key.endsWith(` ${pattern}`));
  if (methods.length === 0) throw new RequestError(404, "not-found", `there is nothing at ${request.path}`);
  throw new RequestError(
    405,
    "method-not-allowed",
    `${request.path} knows ${methods.map((key) => key.split(" ")[0]).join(", ")}`,
  );
}

function ok(body: unknown): ControlAnswer {
  return { status: 200, body };
}

function known(uid: string, { store }: ControlServices): Resource {
  const resource = store.get(uid);
  if (resource !== undefined) return resource;
  throw new RequestError(404, "not-found", `there is no resource '${uid}' (ask GET /resources for uids)`);
}

function optionals<N extends string>(query: URLSearchParams, names: readonly N[]): { readonly [name in N]?: string } {
  const present = names.flatMap((name) => (query.get(name) === null ? [] : [[name, query.get(name)]]));
  // Exactly the names that were asked for, each with the string that stands in the query.
  return Object.fromEntries(present) as { readonly [name in N]?: string };
}

function whole(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  if (text === null) return fallback;
  if (!/^\d{1,15}$/.test(text)) throw new RequestError(400, "bad-request", `${name} must be a whole number`);
  return Number(text);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestError(400, "bad-request", "the path is not properly encoded");
  }
}
