import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { vi } from "vitest";
import { freePort } from "../../toolchain/index.ts";
import { testDatabase } from "./database.ts";

const ADMIN_KEY = "mk_test-admin-key-of-a-service-under-test";

export interface ServiceAnswer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape, and fail when a member is missing
  readonly body: any;
}

/** A control process of its own: its database, data folder, port, sandbox and runner host are nobody else's. */
export interface TestService {
  readonly url: string;
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly adminKey: string;
  pid(): number;
  /** Calls the REST API as the admin, or with the key given. */
  call(
    method: string,
    path: string,
    options?: { body?: unknown; headers?: Record<string, string>; key?: string },
  ): Promise<ServiceAnswer>;
  /** Starts the process again, on the same port with the same data. */
  restart(): Promise<void>;
  kill(signal: NodeJS.Signals): Promise<void>;
  sandboxPid(): Promise<number>;
  /** Ends everything that was started and removes what was written. */
  close(): Promise<void>;
}

export interface TestServiceOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Another entry of the control process than `npm start` has. */
  readonly main?: string;
  /** Where it runs, when that is to outlive it: whoever gives the place removes it, and ends its sandbox. */
  readonly place?: { readonly dataDir: string; readonly databaseUrl: string; readonly port: number };
}

/** Starts the service as `npm start` does and waits until it is ready. */
export async function startTestService(options: TestServiceOptions = {}): Promise<TestService> {
  const own = options.place === undefined ? await ownPlace() : { ...options.place, drop: undefined };
  const { dataDir, databaseUrl, port } = own;
  const url = `http://127.0.0.1:${port}`;
  let child: ChildProcess;
  let output = "";

  async function start(): Promise<void> {
    child = spawn(process.execPath, [options.main ?? path.resolve(import.meta.dirname, "../../api/main.ts")], {
      env: {
        ...inherited(),
        PORT: String(port),
        DATABASE_URL: databaseUrl,
        MERIDIAN_DATA_DIR: dataDir,
        MERIDIAN_ADMIN_KEY: ADMIN_KEY,
        ...options.env,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += String(chunk)));
    const ready = async () => {
      if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
      const response = await fetch(`${url}/readyz`);
      if (!response.ok) throw new Error(await response.text());
    };
    await vi.waitFor(ready, { timeout: 60_000, interval: 50 }).catch((error: unknown) => {
      throw new Error(`the service did not become ready: ${String(error)}\n${output.slice(-4_000)}`);
    });
  }

  async function kill(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill(signal);
    await ended;
  }

  async function sandboxPid(): Promise<number> {
    const run = JSON.parse(await readFile(path.join(dataDir, "sandbox", "run.json"), "utf8")) as { pid: number }; // its own format
    return run.pid;
  }

  await start();
  return {
    url,
    dataDir,
    databaseUrl,
    adminKey: ADMIN_KEY,
    pid: () => child.pid ?? 0,
    async call(method, route, { body, headers = {}, key = ADMIN_KEY } = {}) {
      const response = await fetch(`${url}${route}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      const json = response.headers.get("content-type")?.includes("json") === true && text !== "";
      return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
    },
    restart: start,
    kill,
    sandboxPid,
    async close() {
      if (process.env["TEST_SHOW_LOG"] !== undefined) process.stderr.write(output);
      await kill("SIGTERM");
      if (own.drop === undefined) return;
      const sandbox = await sandboxPid().catch(() => undefined);
      if (sandbox !== undefined) await endProcess(sandbox);
      await own.drop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

async function ownPlace() {
  const { url, drop } = await testDatabase();
  const dataDir = await mkdtemp(path.join(tmpdir(), "meridian-service-"));
  return { databaseUrl: url, drop, dataDir, port: await freePort() };
}

/** Ends a process that a test started, by its id, and waits until it is gone. */
export async function endProcess(pid: number, signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
  const alive = () => {
    try {
      process.kill(pid, 0);
      return true;
    } catch {
      return false; // gone
    }
  };
  if (!alive()) return;
  process.kill(pid, signal);
  await vi.waitFor(
    () => {
      if (alive()) throw new Error(`the process ${pid} lives on`);
    },
    { timeout: 20_000, interval: 20 },
  );
}

/** The environment without what would reach into the service: no settings of the machine, no credentials. */
function inherited(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG, XDG_CACHE_HOME } = process.env;
  return Object.fromEntries(
    Object.entries({ PATH, HOME, TMPDIR, LANG, XDG_CACHE_HOME }).filter(([, value]) => value !== undefined),
  );
}
