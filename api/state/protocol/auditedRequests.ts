import { isProblem } from "../../base/problem.ts";
import type { Tx } from "../../db/database.ts";
import type { StateAudit, StateAuditEntry } from "../audit.ts";
import type { ProtocolRequest } from "./protocolRoute.ts";

/** What becomes known of a request while it is served. */
export interface RequestTrail {
  /** Who asks: the holder of the key, or who started the update whose lease token came. */
  caller?: (StateAuditEntry["caller"] & { readonly team?: string | undefined }) | undefined;
  /** Whether what was done is on record already, in the transaction that did it. */
  recorded: boolean;
}

/**
 * `done`: each such request is on record. `refused`: only refusals; what is done writes a record of its own in its
 * transaction, or is told by the update's start and end.
 */
type Recorded = "done" | "refused";

const stack = "/stacks/[^/]+/[^/]+/[^/]+";
const update = `${stack}/(?:update|preview|refresh|destroy|import)/[^/]+`;

/** The first that fits. A request that fits none reads no state and changes none. */
const audited: readonly (readonly [method: string, path: RegExp, action: string, recorded: Recorded])[] = [
  ["POST", only("/stacks/[^/]+/[^/]+"), "stack.create", "done"],
  ["DELETE", only(stack), "stack.remove", "done"],
  ["PATCH", only(`${stack}/tags`), "stack.tag", "done"],
  ["POST", only(`${stack}/rename`), "stack.rename", "done"],
  ["GET", only(`${stack}/export(?:/[^/]+)?`), "state.export", "done"],
  ["POST", only(`${stack}/import`), "state.import", "refused"],
  ["POST", only(`${stack}/(?:batch-)?decrypt`), "secret.decrypt", "done"],
  ["POST", only(`${stack}/decrypt/log-(?:batch-)?decryption`), "secret.decrypt-elsewhere", "done"],
  ["POST", only(`${stack}/(?:batch-)?encrypt`), "secret.encrypt", "refused"],
  ["GET", only(`${stack}/updates(?:/latest|/\\d+)?`), "history.read", "done"],
  ["GET", only(`${update}/events`), "update.read", "done"],
  ["POST", only(`${stack}/(?:update|preview|refresh|destroy)`), "update.create", "refused"],
  ["POST", only(update), "update.start", "refused"],
  ["POST", only(`${update}/cancel`), "update.cancel", "refused"],
  ["POST", only(`${update}/renew_lease`), "lease.renew", "refused"],
  ["POST", only(`${update}/complete`), "update.end", "refused"],
  ["PATCH", only(`${update}/(?:journalentries|checkpoint(?:verbatim|delta)?)`), "state.write", "refused"],
];

function only(path: string): RegExp {
  return new RegExp(`^/api${path}$`);
}

const nobody: StateAuditEntry["caller"] = { id: "unknown", name: "unknown" };
/** As many requests without a valid credential a minute are on record, in each process: anybody can send more. */
const UNKNOWN_A_MINUTE = 60;
const MINUTE_MS = 60_000;

/** The one place where requests of Pulumi clients are put on record. */
export interface RequestAudit {
  /** Once it is known how the request went, and before it is answered; `error` is why it was refused or failed. */
  note(request: ProtocolRequest, error?: unknown): Promise<void>;
  /** That it was done, in the transaction that does it. */
  record(tx: Tx, request: ProtocolRequest): Promise<void>;
}

export function createRequestAudit(audit: StateAudit): RequestAudit {
  let minute = { since: 0, unknown: 0 };

  function tooMany(): boolean {
    const now = performance.now();
    if (now - minute.since > MINUTE_MS) minute = { since: now, unknown: 0 };
    minute.unknown += 1;
    return minute.unknown > UNKNOWN_A_MINUTE;
  }

  return {
    async note(request, error) {
      const found = find(request);
      if (found === undefined) return;
      const { trail } = request;
      if (error === undefined && (found.recorded === "refused" || trail.recorded)) return;
      if (trail.caller === undefined && tooMany()) return;
      await audit.note(entryOf(request, found.action, error));
    },
    async record(tx, request) {
      const found = find(request);
      if (found === undefined) throw new Error(`no action is declared for ${request.method} ${request.path}`);
      await audit.record(tx, entryOf(request, found.action, undefined));
      request.trail.recorded = true;
    },
  };
}

function find(request: ProtocolRequest): { readonly action: string; readonly recorded: Recorded } | undefined {
  const found = audited.find(([method, path]) => method === request.method && path.test(request.path));
  return found && { action: found[2], recorded: found[3] };
}

function entryOf({ path, params, trail }: ProtocolRequest, action: string, error: unknown): StateAuditEntry {
  const { team, project, stack: name } = params;
  const place = [team, project, name].filter((part) => part !== undefined).join("/");
  // A team's log never tells it of another's keys, nor the other way about; what nobody owns is for admins.
  const caller = trail.caller ?? nobody;
  return {
    caller: { id: caller.id, name: caller.name },
    action,
    subject: place === "" ? path : `/api/stacks/${place}`,
    team: trail.caller === undefined ? undefined : (trail.caller.team ?? team),
    ...outcomeOf(error),
  };
}

function outcomeOf(error: unknown): Pick<StateAuditEntry, "outcome" | "details"> {
  if (error === undefined) return { outcome: "done" };
  if (!isProblem(error)) return { outcome: "failed", details: { code: "internal" } };
  const { code, facts } = error;
  const { permission } = facts;
  return { outcome: "refused", details: { code, ...(typeof permission === "string" && { permission }) } };
}
