import { randomBytes } from "node:crypto";
import pg from "pg";
import { awsPackage } from "./aws/package.ts";
import type { CallServices } from "./cloud/calls.ts";
import { type Clock, systemClock } from "./cloud/clock.ts";
import { createCloud } from "./cloud/cloud.ts";
import { createFaults } from "./cloud/faults.ts";
import { LATENCIES, type Latency } from "./cloud/latency.ts";
import { createQuotas } from "./cloud/quotas.ts";
import { type Randomness, systemRandomness } from "./cloud/randomness.ts";
import { createRateLimits, DEFAULT_RATE_LIMIT, type RateLimit } from "./cloud/rateLimits.ts";
import { createResourceStore } from "./cloud/resourceStore.ts";
import { serveControl } from "./control/controlServer.ts";
import { clusterDirectory } from "./kubernetes/clusterDirectory.ts";
import { kubernetesPackage } from "./kubernetes/package.ts";
import type { ProviderPackage } from "./model/package.ts";
import { createRegistry } from "./model/registry.ts";
import { createConnections } from "./protocol/connections.ts";
import { createProvider } from "./protocol/provider.ts";
import { serveProvider } from "./protocol/server.ts";
import { randomPackage } from "./random/package.ts";
import { createTables, lastSequence, loadResources, readLedger } from "./store/database.ts";
import { lockDatabase } from "./store/databaseLock.ts";
import { createWriteBehind } from "./store/writeBehind.ts";

export interface SandboxOptions {
  /** Its schema `sandbox` holds the state. One sandbox a database. */
  readonly databaseUrl: string;
  /** 0, the default, takes any free port. */
  readonly grpcPort?: number;
  readonly httpPort?: number;
  readonly latency?: Latency;
  readonly rateLimit?: RateLimit;
  readonly clock?: Clock;
  readonly randomness?: Randomness;
  readonly log?: (message: string, error?: unknown) => void;
  /** Called when it can no longer be the one sandbox of its database; it should be closed then. */
  readonly onLost?: (error: Error) => void;
}

export interface Sandbox {
  readonly grpcPort: number;
  readonly httpPort: number;
  /** For `Authorization: Bearer` at the control port. */
  readonly token: string;
  /** Ends cleanly: all that happened is in the database. */
  close(): Promise<void>;
}

const PACKAGES: readonly ProviderPackage[] = [awsPackage, kubernetesPackage, randomPackage];

/** Starts the simulated cloud in this process. Rejects when another sandbox serves the same database. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const log = options.log ?? (() => undefined);
  const clock = options.clock ?? systemClock;
  const randomness = options.randomness ?? systemRandomness();
  const lock = await lockDatabase(options.databaseUrl, options.onLost ?? (() => undefined));
  const pool = new pg.Pool({ connectionString: options.databaseUrl, max: 3, application_name: "meridian-sandbox" });
  pool.on("error", (error) => log("a database connection broke", error));
  await createTables(pool);

  const registry = createRegistry(
    PACKAGES.flatMap(({ models }) => models),
    PACKAGES.flatMap(({ invokes }) => invokes),
  );
  const behind = createWriteBehind(pool, await lastSequence(pool), log);
  const store = createResourceStore(registry, await loadResources(pool), behind);
  let latency = options.latency ?? LATENCIES.fast;
  const calls: CallServices = {
    clock,
    randomness,
    faults: createFaults(randomness),
    limits: createRateLimits(clock, options.rateLimit ?? DEFAULT_RATE_LIMIT),
    latency: () => latency,
    record: behind.append,
  };
  const newUid = (): string => `res_${randomBytes(10).toString("hex")}`;
  const quotas = createQuotas(PACKAGES.flatMap((each) => each.quotas ?? []));
  const cloud = createCloud({ ...calls, registry, store, quotas, newUid });
  const connections = createConnections();
  const clusters = clusterDirectory(store);
  const provider = createProvider({ registry, cloud, calls, packages: PACKAGES, clusters, connections });
  const protocol = await serveProvider(provider, connections, options.grpcPort ?? 0);
  const token = randomBytes(24).toString("base64url");
  const control = await serveControl(
    {
      registry,
      store,
      cloud,
      calls,
      packages: PACKAGES,
      clusters,
      faults: calls.faults,
      quotas,
      latency: {
        get: () => latency,
        set: (next) => {
          latency = next;
        },
      },
      ledger: async (filter) => {
        await behind.flush();
        return readLedger(pool, filter);
      },
      startedAt: new Date(clock.now()).toISOString(),
      log,
    },
    { port: options.httpPort ?? 0, token },
  );

  return {
    grpcPort: protocol.port,
    httpPort: control.port,
    token,
    close: async () => {
      await protocol.close();
      await control.close();
      try {
        await behind.close();
      } finally {
        await pool.end();
        await lock.release();
      }
    },
  };
}
