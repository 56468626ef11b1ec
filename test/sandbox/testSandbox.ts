import { LATENCIES } from "../../sandbox/cloud/latency.ts";
import type { LedgerEntry } from "../../sandbox/cloud/ledger.ts";
import { seededRandomness } from "../../sandbox/cloud/randomness.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../sandbox/index.ts";
import { testDatabase } from "../support/database.ts";
import { connectEngine, type Engine, type EngineOptions } from "./protocolClient.ts";

export interface TestSandbox extends Sandbox {
  readonly databaseUrl: string;
  engine(options?: Omit<EngineOptions, "port">): Promise<Engine>;
  /** A request at the control port with the token; the body of the answer is read as JSON. */
  control(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly body: unknown }>;
  ledger(): Promise<readonly LedgerEntry[]>;
  /** Closes the sandbox and drops its database. */
  end(): Promise<void>;
}

/** A sandbox with no latency and a database of its own. Close it with `end`. */
export async function startTestSandbox(options: Partial<SandboxOptions> = {}): Promise<TestSandbox> {
  const database = await testDatabase();
  const databaseUrl = options.databaseUrl ?? database.url;
  const sandbox = await startSandbox({
    latency: LATENCIES.none,
    randomness: seededRandomness("tests"),
    ...options,
    databaseUrl,
  });
  const engines: Engine[] = [];
  const control: TestSandbox["control"] = async (method, path, body) => {
    const response = await fetch(`http://127.0.0.1:${sandbox.httpPort}${path}`, {
      method,
      headers: { authorization: `Bearer ${sandbox.token}` },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === "" ? undefined : JSON.parse(text) };
  };
  return {
    ...sandbox,
    databaseUrl,
    control,
    engine: async (engineOptions = {}) => {
      const engine = await connectEngine({ ...engineOptions, port: sandbox.grpcPort });
      engines.push(engine);
      return engine;
    },
    ledger: async () => {
      const { body } = await control("GET", "/ledger");
      // The control port's own answer; its fields are asserted by the tests that read them.
      return (body as { items: readonly LedgerEntry[] }).items;
    },
    end: async () => {
      for (const engine of engines) engine.close();
      await sandbox.close();
      await database.drop();
    },
  };
}
