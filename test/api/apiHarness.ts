import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import { expect } from "vitest";
import { hashKey, newKey } from "../../api/apiKeys/apiKey.ts";
import { apiKeyRoutes } from "../../api/apiKeys/apiKeyRoutes.ts";
import { insertApiKey } from "../../api/apiKeys/apiKeyStore.ts";
import { createKeyAuthenticator, type OperationTokens } from "../../api/apiKeys/keyAuthenticator.ts";
import { type AppDeps, createApp } from "../../api/app.ts";
import { auditLogRoutes } from "../../api/auditLog/auditLogRoutes.ts";
import { auditLogStore } from "../../api/auditLog/auditLogStore.ts";
import type { Role } from "../../api/base/caller.ts";
import type { Clock } from "../../api/base/clock.ts";
import { newId } from "../../api/base/ids.ts";
import { createLogger } from "../../api/base/logger.ts";
import { blueprintRoutes } from "../../api/blueprints/blueprintRoutes.ts";
import { createBlueprintService } from "../../api/blueprints/blueprintService.ts";
import { budgetRoutes } from "../../api/budgets/budgetRoutes.ts";
import { createBudgetService } from "../../api/budgets/budgetService.ts";
import { type Database, openDatabase } from "../../api/db/database.ts";
import { migrate } from "../../api/db/migrate.ts";
import { createDependencyService } from "../../api/dependencies/dependencyService.ts";
import { exemptionRoutes } from "../../api/exemptions/exemptionRoutes.ts";
import { gameEventRoutes } from "../../api/gameEvents/gameEventRoutes.ts";
import { healthRouter } from "../../api/health/healthRouter.ts";
import { createMetrics } from "../../api/health/metrics.ts";
import type { ReadinessChecks } from "../../api/health/readiness.ts";
import { docsRouter } from "../../api/http/docs/docsRouter.ts";
import { defaultRateLimits } from "../../api/http/rateLimit.ts";
import type { Route } from "../../api/http/route.ts";
import { absent } from "../../api/http/schemas.ts";
import { exchangeRouter } from "../../api/identityProviders/exchangeRouter.ts";
import { identityProviderRoutes } from "../../api/identityProviders/identityProviderRoutes.ts";
import { createIssuerKeys } from "../../api/identityProviders/issuerKeys.ts";
import { createTokenExchange } from "../../api/identityProviders/tokenExchange.ts";
import { judgementRoutes } from "../../api/judgements/judgementRoutes.ts";
import type { JudgementService } from "../../api/judgements/judgementService.ts";
import { identityRoutes } from "../../api/persons/identityRoutes.ts";
import type { PolicyCatalogue } from "../../api/policies/policy.ts";
import { policyRoutes } from "../../api/policies/policyRoutes.ts";
import { createQuotaCheck } from "../../api/quotas/quotaCheck.ts";
import type { QuotaSource } from "../../api/quotas/quotaSource.ts";
import { rolloutSchema } from "../../api/rollouts/rolloutSchemas.ts";
import type { FindSandbox } from "../../api/sandboxControl/sandboxClient.ts";
import { sandboxRoutes } from "../../api/sandboxControl/sandboxRoutes.ts";
import { spendRoutes } from "../../api/spend/spendRoutes.ts";
import { createSpendService } from "../../api/spend/spendService.ts";
import { stackSetRoutes } from "../../api/stackSets/stackSetRoutes.ts";
import { createStackSetService } from "../../api/stackSets/stackSetService.ts";
import { stackRoutes } from "../../api/stacks/stackRoutes.ts";
import { createStackService } from "../../api/stacks/stackService.ts";
import { targetRoutes } from "../../api/targets/targetRoutes.ts";
import { createTargetService, type TargetService } from "../../api/targets/targetService.ts";
import { ensureTeam } from "../../api/teams/teamStore.ts";
import type { Blueprint } from "../../programs/blueprint.ts";
import { testDatabase } from "../support/database.ts";
import { type FakeOperations, type FakeRollouts, fakeOperations, fakeRollouts } from "./fakeWork.ts";
import { exemptiblePolicies, exemptionLimits, testBlueprint, testPolicy } from "./fixtures.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into bodies of every shape
  readonly body: any;
}

export interface Sent {
  readonly key?: string;
  readonly body?: unknown;
  readonly raw?: string | Uint8Array;
  readonly headers?: Record<string, string>;
}

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  advance(ms: number): void;
}

export interface Harness {
  readonly db: Database;
  readonly clock: TestClock;
  readonly url: string;
  readonly databaseUrl: string;
  readonly logs: string[];
  readonly targets: TargetService;
  readonly rollouts: FakeRollouts;
  readonly operations: FakeOperations;
  /** A key of the role; of the team `default` unless said otherwise. */
  keyFor(role: Role, team?: string): Promise<string>;
  send(method: string, path: string, sent?: Sent): Promise<Reply>;
  close(): Promise<void>;
}

export interface HarnessOptions {
  readonly app?: Partial<AppDeps>;
  readonly routes?: readonly Route[];
  readonly checks?: ReadinessChecks;
  readonly sandboxControl?: FindSandbox;
  readonly operationTokens?: OperationTokens;
  readonly sandbox?: boolean;
  /** None can be asked for without. */
  readonly quotas?: QuotaSource;
  /** Judges nothing without. */
  readonly judgements?: JudgementService;
  /** One rule of the fixtures without. */
  readonly policies?: PolicyCatalogue["policies"];
  /** Which stack's state holds which ids of the cloud. */
  readonly stacksByCloudId?: (wanted: ReadonlySet<string>) => Promise<ReadonlyMap<string, string>>;
  /** Beside the one that is always there. */
  readonly blueprints?: readonly Blueprint[];
}

const noStacks = async (): Promise<ReadonlyMap<string, string>> => new Map();

/** The API over a database of its own, listening on a port of its own. */
export async function startApi(options: HarnessOptions = {}): Promise<Harness> {
  const database = await testDatabase();
  const open = openDatabase(database.url, () => undefined);
  // One test breaks connections that are in use; without a listener node-postgres lets that end the process.
  open.pool.on("connect", (client) => client.on("error", () => undefined));
  await migrate(open);
  const { db } = open;
  const clock = testClock();
  const logs: string[] = [];
  const logger = createLogger({ level: "info", destination: sink(logs) });
  const targets = createTargetService({ clock, sandbox: options.sandbox ?? true });
  await ensureTeam(db, "default");
  await targets.ensureBuiltin(db);
  const blueprints = createBlueprintService({
    blueprints: [testBlueprint, ...(options.blueprints ?? [])],
    digestOf: (name) => `sha256:${name}`,
  });
  await blueprints.register(db);
  const rollouts = fakeRollouts();
  const dependencies = createDependencyService();
  const quotas = createQuotaCheck({
    source: options.quotas ?? (async () => undefined),
    demandsOf: blueprints.demandsOf,
  });
  const stackSets = createStackSetService({ blueprints, targets, dependencies, quotas, rollouts, clock });
  const operations = fakeOperations();
  const stacks = createStackService(operations, dependencies);
  const operationTokens = options.operationTokens ?? { findCaller: async () => undefined };
  const authenticator = createKeyAuthenticator({ db, clock, operationTokens });
  const routes = [
    ...apiKeyRoutes({ authenticator, clock }),
    ...targetRoutes(targets),
    ...blueprintRoutes(blueprints),
    ...exemptionRoutes({ clock, limits: exemptionLimits, policiesOf: async () => exemptiblePolicies }),
    ...gameEventRoutes(clock),
    ...spendRoutes(createSpendService({ clock, stacksByCloudId: options.stacksByCloudId ?? noStacks }), clock),
    ...judgementRoutes(options.judgements ?? noJudgements, auditLogStore),
    ...budgetRoutes(createBudgetService({ clock, standingPrices: async () => [] })),
    ...policyRoutes({ policies: options.policies ?? (async () => [testPolicy]) }),
    ...stackSetRoutes({ stackSets, rolloutSchema }),
    ...stackRoutes(stacks),
    ...auditLogRoutes(),
    ...identityProviderRoutes({ authenticator, clock }),
    ...identityRoutes({ authenticator, clock }),
    ...sandboxRoutes(() => options.sandboxControl?.()),
    ...(options.routes ?? []),
  ];
  const metrics = createMetrics({ pool: open.pool, countOperations: async () => ({ running: 2 }) });
  const app = createApp({
    db,
    clock,
    logger,
    authenticator,
    audit: auditLogStore,
    rateLimits: defaultRateLimits,
    routes,
    observe: metrics.observe,
    pages: [docsRouter(routes, "0.0.0-test"), healthRouter({ checks: options.checks ?? {}, metrics })],
    exchangeRouter: (limitRefused) =>
      exchangeRouter(
        createTokenExchange({ db, clock, audit: auditLogStore, findKey: createIssuerKeys({ fetch, clock }) }),
        limitRefused,
      ),
    ...options.app,
  });
  const server = await listen(app);
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`; // listening on TCP, so not a pipe's name
  const keys = new Map<string, string>();
  return {
    db,
    clock,
    url,
    databaseUrl: database.url,
    logs,
    targets,
    rollouts,
    operations,
    async keyFor(role, team = "default") {
      const known = keys.get(`${role} ${team}`);
      if (known !== undefined) return known;
      if (role !== "admin") await ensureTeam(db, team);
      const key = newKey();
      const ofTeam = role === "admin" ? undefined : team;
      await insertApiKey(db, {
        id: newId("key"),
        name: `${role} of ${team}`,
        role,
        team: ofTeam,
        hash: hashKey(key),
        createdBy: "test",
      });
      keys.set(`${role} ${team}`, key);
      return key;
    },
    send: (method, path, sent = {}) => send(url + path, method, sent),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await open.close();
      await database.drop();
    },
  };
}

const noJudgements: JudgementService = {
  judge: () => Promise.reject(absent("stack", "any")),
  bundle: () => Promise.reject(absent("stack", "any")),
};

function testClock(): TestClock {
  let now = Date.parse("2026-11-21T12:00:00Z");
  return {
    now: () => new Date(now),
    advance(ms) {
      now += ms;
    },
  };
}

function sink(lines: string[]): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      lines.push(chunk.toString());
      done();
    },
  });
}

async function listen(app: ReturnType<typeof createApp>): Promise<Server> {
  return new Promise((resolve) => {
    const server = app.listen(0, "127.0.0.1", () => resolve(server));
  });
}

async function send(url: string, method: string, { key, body, raw, headers }: Sent): Promise<Reply> {
  const content = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(url, {
    method,
    headers: {
      ...(content === undefined ? {} : { "content-type": "application/json" }),
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    ...(content === undefined ? {} : { body: content }),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get("content-type") ?? "");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

/** Asserts that a reply is a problem document with the code, and gives its faults' pointers. */
export function expectProblem(reply: Reply, code: string): readonly string[] {
  expect({ status: reply.status, body: reply.body }).toMatchObject({ status: reply.body.status, body: { code } });
  expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(reply.body).toMatchObject({
    type: `/docs/problems#${code}`,
    detail: expect.any(String),
    requestId: expect.any(String),
  });
  expect(JSON.stringify(reply.body)).not.toMatch(/node_modules|\bat .*\.(ts|js):\d+/);
  return (reply.body.errors ?? []).map((fault: { pointer: string }) => fault.pointer);
}
