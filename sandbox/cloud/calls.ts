import type { ResourceModel } from "../model/model.ts";
import type { Place } from "../model/resource.ts";
import type { Clock } from "./clock.ts";
import { CloudError, UnfinishedError } from "./cloudError.ts";
import type { Faults, Occasion } from "./faults.ts";
import { backoffOf, type Latency, pauseMs } from "./latency.ts";
import { type LedgerEntry, type Operation, stackOf } from "./ledger.ts";
import type { Randomness } from "./randomness.ts";
import type { RateLimits } from "./rateLimits.ts";

/** Who calls: a configured connection of an engine, or the control port. */
export interface Caller {
  readonly place: Place;
  readonly via: LedgerEntry["via"];
  /** Aborted when the engine cancels or goes away. */
  readonly signal: AbortSignal;
}

export interface Call {
  readonly operation: Operation;
  readonly caller: Caller;
  readonly type: string;
  readonly urn: string;
  readonly id?: string;
  readonly preview?: boolean;
  readonly model: ResourceModel | undefined;
  /** The function is modelled (for invokes, which have no `model`). */
  readonly modelled?: boolean;
}

export interface CallServices {
  readonly clock: Clock;
  readonly randomness: Randomness;
  readonly faults: Faults;
  readonly limits: RateLimits;
  readonly latency: () => Latency;
  readonly record: (entry: Omit<LedgerEntry, "seq">) => void;
}

/** Serves a call: the ways in which a cloud is slow and busy around `work`, and its line in the ledger. */
export async function serve<T>(
  call: Call,
  services: CallServices,
  work: () => T | Promise<T>,
  idOf: (result: T) => string = () => call.id ?? "",
): Promise<T> {
  const started = services.clock.now();
  try {
    if (reachesCloud(call)) await admitted(call, services);
    const result = await work();
    const lost =
      call.operation === "create" && reachesCloud(call) ? strike("lost-response", call, services) : undefined;
    const ended = { ...call, id: idOf(result) };
    services.record(entry(ended, { outcome: lost === undefined ? "ok" : "lost" }, started, services));
    if (lost !== undefined) await lose(lost.answer, call.caller.signal);
    return result;
  } catch (error) {
    recordFailure(error, call, started, services);
    throw error;
  }
}

function recordFailure(error: unknown, call: Call, started: number, services: CallServices): void {
  if (error instanceof CloudError && error.refusal === "lost") return;
  const code = error instanceof CloudError ? error.code : "InternalFailure";
  // It was made and the engine learns its id; only the waiting was given up.
  const end =
    error instanceof UnfinishedError
      ? entry({ ...call, id: error.id }, { outcome: "ok", code }, started, services)
      : entry(call, { outcome: "error", code }, started, services);
  services.record(end);
}

/** Checks, diffs and previews ask nothing of the cloud, and random values have none. */
function reachesCloud(call: Call): boolean {
  const asks = call.operation !== "check" && call.operation !== "diff" && call.operation !== "invoke";
  return asks && call.preview !== true && call.model?.stateless !== true && call.caller.via === "provider";
}

/** Asks again like the real provider does while the cloud says that there were too many requests. */
async function admitted(call: Call, services: CallServices): Promise<void> {
  const backoff = backoffOf(services.latency());
  for (let attempt = 1; throttled(call, services); attempt += 1) {
    const code = call.model?.service.codes.throttled ?? "ThrottlingException";
    if (attempt >= backoff.attempts) {
      throw new CloudError("throttled", code, `Rate exceeded (tried ${attempt} times)`);
    }
    services.record(entry(call, { outcome: "error", code }, services.clock.now(), services));
    await pause(pauseMs(backoff, attempt, services.randomness.fraction()), call, services);
  }
  const slow = strike("slowness", call, services);
  await pause((slow?.delayMs ?? 0) + services.latency().callMs, call, services);
}

function throttled(call: Call, services: CallServices): boolean {
  const { account, region } = call.caller.place;
  if (!services.limits.take(account, region, serviceOf(call))) return true;
  return strike("throttling", call, services) !== undefined;
}

/** Waits, or throws `RequestCanceled` as soon as the engine cancels. */
export async function pause(ms: number, call: Call, services: CallServices): Promise<void> {
  if (ms <= 0) return;
  try {
    await services.clock.sleep(ms, call.caller.signal);
  } catch (cause) {
    if (!call.caller.signal.aborted) throw cause;
    throw new CloudError("cancelled", "RequestCanceled", "the engine cancelled the request");
  }
}

function strike<K extends "throttling" | "slowness" | "lost-response">(kind: K, call: Call, services: CallServices) {
  return services.faults.strike(kind, occasionOf(call));
}

function occasionOf(call: Call): Occasion {
  const { operation } = call;
  return {
    account: call.caller.place.account,
    region: call.caller.place.region,
    service: serviceOf(call),
    type: call.type,
    stack: stackOf(call.urn),
    operation: operation === "check" || operation === "diff" || operation === "invoke" ? "read" : operation,
  };
}

/** The module of the token for a type that nothing models: `aws:sqs/queue:Queue` is of `sqs`. */
function serviceOf(call: Call): string {
  return call.model?.service.name ?? call.type.split(":")[1]?.split("/")[0] ?? call.type;
}

async function lose(answer: "error" | "none", signal: AbortSignal): Promise<never> {
  if (answer === "none" && !signal.aborted) {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  }
  throw new CloudError("lost", "RequestTimeout", "the connection broke before the answer arrived");
}

function entry(
  call: Call,
  end: { readonly outcome: LedgerEntry["outcome"]; readonly code?: string },
  started: number,
  services: CallServices,
): Omit<LedgerEntry, "seq"> {
  const now = services.clock.now();
  return {
    at: new Date(now).toISOString(),
    via: call.caller.via,
    operation: call.operation,
    preview: call.preview === true,
    account: call.caller.place.account,
    region: call.caller.place.region,
    type: call.type,
    urn: call.urn,
    stack: stackOf(call.urn),
    id: call.id ?? "",
    durationMs: now - started,
    modelled: call.modelled ?? call.model !== undefined,
    ...end,
  };
}
