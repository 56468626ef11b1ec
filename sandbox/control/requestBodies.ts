import type { FaultRequest, FaultScope } from "../cloud/faults.ts";
import { LATENCIES, type Latency } from "../cloud/latency.ts";
import type { QuotaSetting } from "../cloud/quotas.ts";
import { isProperties, type Properties } from "../model/values.ts";

/** A request that cannot be served: becomes the JSON answer `{error: {code, message}}` with this HTTP status. */
export class RequestError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "RequestError";
    this.status = status;
    this.code = code;
  }
}

const bad = (message: string): RequestError => new RequestError(400, "bad-request", message);

const SCOPE = ["account", "region", "service", "type", "stack", "operation"] as const;
const OPERATIONS = ["create", "read", "update", "delete"] as const;

/** Reads the body of `POST /faults`. Throws `RequestError` 400 that names the field. */
export function faultRequest(body: unknown): FaultRequest {
  const fields = objectOf(body, ["kind", "scope", "rate", "count", "seed", "delayMs", "answer"]);
  const base = {
    scope: scopeOf(fields["scope"]),
    rate: numberOf(fields, "rate", { min: 0, max: 1 }) ?? 1,
    ...optional("count", numberOf(fields, "count", { min: 1, max: 1_000_000, whole: true })),
    ...optional("seed", textOf(fields, "seed")),
  };
  const kind = textOf(fields, "kind");
  if (kind !== "slowness" && fields["delayMs"] !== undefined) throw bad("delayMs belongs to the kind slowness");
  if (kind !== "lost-response" && fields["answer"] !== undefined) throw bad("answer belongs to the kind lost-response");
  if (kind === "throttling") return { ...base, kind };
  if (kind === "slowness") {
    const delayMs = numberOf(fields, "delayMs", { min: 1, max: 3_600_000 });
    if (delayMs === undefined) throw bad("delayMs is required: the milliseconds that each call takes longer");
    return { ...base, kind, delayMs };
  }
  if (kind === "lost-response") {
    const answer = textOf(fields, "answer") ?? "error";
    if (answer !== "error" && answer !== "none") throw bad("answer must be error or none");
    return { ...base, kind, answer };
  }
  throw bad("kind must be throttling, slowness or lost-response");
}

/** Reads the body of `PUT /latency`: `{profile}`, or `{waitFactor, callMs}`. */
export function latencyRequest(body: unknown): Latency {
  const fields = objectOf(body, ["profile", "waitFactor", "callMs"]);
  const profile = textOf(fields, "profile") ?? "custom";
  if (profile === "none" || profile === "fast" || profile === "realistic") return LATENCIES[profile];
  if (profile !== "custom") throw bad("profile must be none, fast, realistic or custom");
  const waitFactor = numberOf(fields, "waitFactor", { min: 0, max: 10 });
  const callMs = numberOf(fields, "callMs", { min: 0, max: 60_000 });
  if (waitFactor === undefined || callMs === undefined) throw bad("a custom latency needs waitFactor and callMs");
  return { profile, waitFactor, callMs };
}

/** Reads the body of `PUT /quotas`: `{account, region, code, value}`. */
export function quotaRequest(body: unknown): QuotaSetting {
  const fields = objectOf(body, ["account", "region", "code", "value"]);
  const value = numberOf(fields, "value", { min: 0, max: 10_000_000, whole: true });
  if (value === undefined) throw bad("value is required: how much the account may have there");
  const text = (name: string) => requiredText(fields, name);
  return { account: text("account"), region: text("region"), code: text("code"), value };
}

/** Reads the body of `PATCH /resources/{uid}`: `{properties}`, a merge patch (RFC 7396) of inputs. */
export function driftRequest(body: unknown): Properties {
  const { properties } = objectOf(body, ["properties"]);
  return objectIn(properties, "properties (those to change, null to remove one)");
}

export interface FindRequest {
  readonly urn: string;
  readonly type: string;
  /** Configuration of the provider instance that was called. */
  readonly provider: Properties;
  readonly inputs: Properties;
  readonly tags: Properties;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** Reads the body of `POST /find`: a create, as its caller knows it. */
export function findRequest(body: unknown): FindRequest {
  const fields = objectOf(body, ["urn", "type", "provider", "inputs", "tags", "since"]);
  const since = Date.parse(requiredText(fields, "since"));
  if (Number.isNaN(since)) throw bad("since must be a time (RFC 3339)");
  const bag = (name: string): Properties => objectIn(fields[name] ?? {}, name);
  const [provider, inputs, tags] = [bag("provider"), bag("inputs"), bag("tags")];
  return { urn: requiredText(fields, "urn"), type: requiredText(fields, "type"), provider, inputs, tags, since };
}

function requiredText(fields: Readonly<Record<string, unknown>>, name: string): string {
  const value = textOf(fields, name);
  if (value === undefined || value === "") throw bad(`${name} is required`);
  return value;
}

function objectIn(value: unknown, name: string): Properties {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad(`${name} must be an object`);
  // JSON from the request body: any object of it is a property bag.
  return value as Properties;
}

function scopeOf(value: unknown): FaultScope {
  if (value === undefined) return {};
  const fields = objectOf(value, SCOPE);
  const operation = textOf(fields, "operation");
  const known = OPERATIONS.find((name) => name === operation);
  if (operation !== undefined && known === undefined)
    throw bad(`scope.operation must be one of ${OPERATIONS.join(", ")}`);
  return {
    ...optional("account", textOf(fields, "account")),
    ...optional("region", textOf(fields, "region")),
    ...optional("service", textOf(fields, "service")),
    ...optional("type", textOf(fields, "type")),
    ...optional("stack", textOf(fields, "stack")),
    ...optional("operation", known),
  };
}

function objectOf(value: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw bad("a JSON object is expected");
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown !== undefined) throw bad(`unknown field '${unknown}': known are ${known.join(", ")}`);
  return { ...value };
}

function textOf(fields: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = fields[name];
  if (value === undefined || typeof value === "string") return value;
  throw bad(`${name} must be a string`);
}

function numberOf(
  fields: Readonly<Record<string, unknown>>,
  name: string,
  range: { readonly min: number; readonly max: number; readonly whole?: boolean },
): number | undefined {
  const value = fields[name];
  if (value === undefined) return undefined;
  const right = typeof value === "number" && value >= range.min && value <= range.max;
  if (!right || (range.whole === true && !Number.isInteger(value))) {
    throw bad(`${name} must be a ${range.whole === true ? "whole " : ""}number from ${range.min} to ${range.max}`);
  }
  return value;
}

function optional<N extends string, V>(name: N, value: V | undefined): { readonly [name in N]?: V } {
  // The computed key widens to a string index; N is the literal that stands there.
  return (value === undefined ? {} : { [name]: value }) as { readonly [name in N]?: V };
}

/** A merge patch applied: `null` removes, objects merge, all else replaces. */
export function mergePatch(target: Properties, patch: Properties): Properties {
  const result: Record<string, Properties[string]> = { ...target };
  for (const [name, value] of Object.entries(patch)) {
    const old = result[name];
    if (value === null) delete result[name];
    else if (isProperties(value)) result[name] = mergePatch(isProperties(old) ? old : {}, value);
    else result[name] = value;
  }
  return result;
}
