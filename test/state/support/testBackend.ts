import { randomBytes } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import pino from "pino";
import type { Caller, Role } from "../../../api/base/caller.ts";
import type { Clock } from "../../../api/base/clock.ts";
import { Problem } from "../../../api/base/problem.ts";
import { type OpenDatabase, openDatabase } from "../../../api/db/database.ts";
import { migrate } from "../../../api/db/migrate.ts";
import { createDecisionLedger } from "../../../api/decisions/decisionLedger.ts";
import { createLiveExemptions, type LiveExemptions } from "../../../api/exemptions/liveExemptions.ts";
import { createUseExemptions } from "../../../api/exemptions/useExemptions.ts";
import { createExempting, createGate, type Gate, type Placement } from "../../../api/gate/index.ts";
import {
  createStateBackend,
  type EngineEvent,
  type Keyring,
  type PreviewEstimate,
  type StateAudit,
  type StateAuditEntry,
  type StateBackend,
  type StateBackendDeps,
  type StepRecord,
  type UpdateEnd,
  type UpdateListener,
} from "../../../api/state/index.ts";
import { testDatabase } from "../../support/database.ts";

export const TEAM = "studio";
export const keys = {
  operator: "mk_operator-of-studio",
  viewer: "mk_viewer-of-studio",
  admin: "mk_admin",
  stranger: "mk_operator-of-rival",
} as const;

const wellKnown: Readonly<Record<string, Caller>> = {
  [keys.operator]: caller("operator", TEAM),
  [keys.viewer]: caller("viewer", TEAM),
  [keys.admin]: caller("admin", undefined),
  [keys.stranger]: caller("operator", "rival"),
};

function caller(role: Role, team: string | undefined): Caller {
  const name = `${role}@${team ?? "all"}`;
  return { id: `key_${role}`, name, person: name, role, team };
}

/** What a listener was told, in order. */
export interface Told {
  readonly what: "started" | "steps" | "events" | "verdicts" | "estimate" | "completed";
  readonly operation: string;
  readonly steps?: readonly StepRecord[];
  readonly events?: readonly EngineEvent[];
  readonly end?: UpdateEnd;
  readonly estimate?: PreviewEstimate;
}

export interface TestBackend {
  readonly url: string;
  readonly state: StateBackend;
  readonly database: OpenDatabase;
  readonly told: Told[];
  readonly log: string[];
  /** Who holds which key; a test may add to it. */
  readonly callers: Map<string, Caller>;
  /** What was put on record, in order. */
  readonly audited: StateAuditEntry[];
  /** The clock that leases are measured by; it stands still unless it is moved. */
  moveClock(seconds: number): void;
  /** The clock of leases and exemptions. */
  readonly clock: Clock;
  /** What is granted, as the gate of `realGate` and the backend see it. */
  readonly exemptions: LiveExemptions;
  call(method: string, path: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface CallOptions {
  readonly authorization?: string;
  readonly key?: string;
  readonly body?: unknown;
  readonly raw?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, and fail when a member is missing
  readonly body: any;
}

export interface TestBackendOptions
  extends Partial<
    Pick<
      StateBackendDeps,
      | "spending"
      | "assumptions"
      | "patience"
      | "teardownFacts"
      | "bodyLimit"
      | "leaseSeconds"
      | "heal"
      | "requireReleased"
    >
  > {
  readonly gate?: Gate;
  readonly placement?: Placement;
  readonly keyring?: Keyring;
  readonly database?: OpenDatabase;
  /** Instead of keeping what is put on record. */
  readonly note?: StateAudit["note"];
}

export const testKeyring = (key = randomBytes(32), version = 1): Keyring => ({
  version,
  oldest: version,
  fingerprintKey: key,
  masterKey: (asked) => {
    if (asked !== version) throw new Error(`no master key of version ${asked}`);
    return key;
  },
});

/** A gate that has no objection, for tests of everything but the gate. */
export const openGate: Gate = {
  rules: { pack: "none", version: "0", rules: [], settings: {} },
  judgedTypes: new Set(),
  watchedTypes: new Set(),
  wholeTypes: new Set(),
  judgeWhole: async () => [],
  judgeSteps: async (_context, steps) => steps.map(() => []),
  close: async () => undefined,
};

/** For tests of everything but budgets. */
const noSpending: StateBackendDeps["spending"] = {
  governs: async () => false,
  reserve: async () => undefined,
  begin: async () => undefined,
  cover: async () => undefined,
  commit: async () => undefined,
  release: async () => undefined,
};

let sharedGate: Promise<Gate> | undefined;
/** The backend of the test file that judges by the gate with the pack. */
let judging: Pick<TestBackend, "exemptions" | "clock"> | undefined;
/** The gate with the pack, made once for a test file. */
export const realGate = (): Promise<Gate> =>
  (sharedGate ??= createGate({
    exemptionsOf: async (context) => judging?.exemptions.exemptionsOf(context) ?? [],
    clock: { now: () => judging?.clock.now() ?? new Date() },
  }));

/** The protocol over a real database, served at `/api`. */
export async function startTestBackend(options: TestBackendOptions = {}): Promise<TestBackend> {
  const owned = options.database === undefined ? await testDatabase() : undefined;
  const database = options.database ?? openDatabase(owned?.url ?? "", () => undefined);
  if (owned) await prepare(database);
  const told: Told[] = [];
  const log: string[] = [];
  const audited: StateAuditEntry[] = [];
  const callers = new Map(Object.entries(wellKnown));
  const note: StateAudit["note"] = options.note ?? (async (entry) => void audited.push(entry));
  let offset = 0;
  const clock: Clock = { now: () => new Date(Date.now() + offset) };
  const logger = pino({ level: "debug" }, { write: (line: string) => void log.push(line) });
  const limits = { longestDays: 90, warnDays: [7, 1] };
  const exemptions = createLiveExemptions({ db: database.db, clock, limits, logger });
  if (options.gate !== undefined) judging = { exemptions, clock };
  const state = createStateBackend({
    database,
    keyring: options.keyring ?? testKeyring(),
    gate: options.gate ?? openGate,
    authenticate: (authorization) => authenticate({ state, callers }, authorization),
    listener: listening(told),
    ledger: createDecisionLedger({ db: database.db, gate: options.gate ?? openGate }),
    heal: options.heal ?? (async () => undefined),
    audit: { note, record: (_tx, entry) => note(entry) },
    bindingOf: async () => undefined,
    requireUnused: async () => undefined,
    spending: options.spending ?? noSpending,
    ...(options.assumptions && { assumptions: options.assumptions }),
    teardownFacts:
      options.teardownFacts ?? (async () => ({ now: "2026-01-01T00:00:00Z", gameEvents: [], dependents: [] })),
    exemptions: {
      exempting: createExempting(exemptions.exemptionsOf, clock),
      use: createUseExemptions({ clock, audit: { record: (_db, entry) => note(entry) }, forget: exemptions.forget }),
    },
    requiredPack: async () => undefined,
    placements: async (stack) => (stack.target === undefined ? undefined : options.placement),
    clock,
    logger,
    ...(options.patience && { patience: options.patience }),
    ...(options.bodyLimit !== undefined && { bodyLimit: options.bodyLimit }),
    ...(options.leaseSeconds !== undefined && { leaseSeconds: options.leaseSeconds }),
    ...(options.requireReleased && { requireReleased: options.requireReleased }),
  });
  const server = http.createServer(express().use("/api", state.router)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // it listens on a port
  return {
    url,
    state,
    database,
    told,
    log,
    audited,
    callers,
    clock,
    exemptions,
    moveClock: (seconds) => {
      offset += seconds * 1000;
    },
    call: (method, path, call) => request(`${url}${path}`, method, call ?? {}),
    async close() {
      server.closeAllConnections();
      server.close();
      await database.close();
      await owned?.drop();
    },
  };
}

async function prepare(database: OpenDatabase): Promise<void> {
  await migrate(database);
  await database.db
    .insertInto("teams")
    .values([{ name: TEAM }, { name: "rival" }])
    .onConflict((on) => on.doNothing())
    .execute();
}

async function authenticate(
  { state, callers }: Pick<TestBackend, "state" | "callers">,
  authorization: string | undefined,
): Promise<Caller> {
  const key = /^(?:token|Bearer) (.+)$/.exec(authorization ?? "")?.[1] ?? "";
  const found = callers.get(key) ?? (await state.callerOfOperationToken(key));
  if (found === undefined) throw new Problem("unauthenticated", "No valid key was given.");
  return found;
}

function listening(told: Told[]): UpdateListener {
  return {
    updateStarted: async (_tx, { operation }) => void told.push({ what: "started", operation }),
    stepsRecorded: async (_tx, { operation }, steps) => void told.push({ what: "steps", operation, steps }),
    eventsRecorded: async (_tx, { operation }, events) => void told.push({ what: "events", operation, events }),
    previewPriced: async (_tx, { operation }, estimate) => void told.push({ what: "estimate", operation, estimate }),
    verdictsGiven: async (_tx, { operation }) => void told.push({ what: "verdicts", operation }),
    updateCompleted: async (_tx, { operation }, end) => void told.push({ what: "completed", operation, end }),
  };
}

async function request(url: string, method: string, options: CallOptions): Promise<Answer> {
  const { authorization, key = keys.operator, body, raw, headers } = options;
  const response = await fetch(url, {
    method,
    headers: { authorization: authorization ?? `token ${key}`, "content-type": "application/json", ...headers },
    ...(raw ? { body: new Uint8Array(raw) } : body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? undefined : JSON.parse(text) };
}
