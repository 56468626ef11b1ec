import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, open } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { isAlive, type RunInfo, readRunInfo, sandboxFolder } from "./runFile.ts";
import { tryStartLock } from "./startLock.ts";

export interface AttachOptions {
  readonly dataDir: string;
  readonly databaseUrl: string;
  readonly log?: (message: string) => void;
}

/** Where a running sandbox is. */
export interface AttachedSandbox {
  /** All three packages: `PULUMI_DEBUG_PROVIDERS=aws:PORT,kubernetes:PORT,random:PORT`. */
  readonly grpcPort: number;
  readonly httpPort: number;
  /** For `Authorization: Bearer` at the control port. */
  readonly token: string;
  readonly pid: number;
}

const PATIENCE_MS = 30_000;
const LOOK_MS = 50;
const ANSWER_MS = 2_000;

/**
 * The sandbox of a data folder: the one that is running, else a new one, which lives on when its starter dies. Any number of
 * processes may call this at once and get the same one. Rejects after 30 s, or when the new one ends before it serves;
 * its log is `sandbox/sandbox.log` in the data folder.
 */
export async function attachOrStart(options: AttachOptions): Promise<AttachedSandbox> {
  const { dataDir } = options;
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    const running = await findRunning(dataDir);
    if (running !== undefined) return running;
    const lock = await tryStartLock(dataDir);
    if (lock !== undefined) {
      try {
        // Another starter may have finished between the look and the lock.
        return (await findRunning(dataDir)) ?? (await start(options, deadline));
      } finally {
        await lock.release();
      }
    }
    await delay(LOOK_MS);
  }
  throw new Error(`no sandbox came up within ${PATIENCE_MS / 1000} s in ${dataDir}; see ${logFile(dataDir)}`);
}

/** The sandbox that runs for this data folder: its process lives, and its control port answers with its token. */
async function findRunning(dataDir: string): Promise<AttachedSandbox | undefined> {
  const info = await readRunInfo(dataDir);
  return info !== undefined && isAlive(info.pid) && (await answers(info)) ? attached(info) : undefined;
}

async function answers({ httpPort, token, pid }: RunInfo): Promise<boolean> {
  try {
    const response = await fetch(`http://127.0.0.1:${httpPort}/healthz`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
    // Another program may have got the port and the pid of one that died.
    const body: unknown = await response.json();
    return response.ok && typeof body === "object" && body !== null && "pid" in body && body.pid === pid;
  } catch {
    return false;
  }
}

function attached({ grpcPort, httpPort, token, pid }: RunInfo): AttachedSandbox {
  return { grpcPort, httpPort, token, pid };
}

async function start({ dataDir, databaseUrl, log }: AttachOptions, deadline: number): Promise<AttachedSandbox> {
  await mkdir(sandboxFolder(dataDir), { recursive: true, mode: 0o700 });
  const output = await open(logFile(dataDir), "a", 0o600);
  const child = spawn(process.execPath, [fileURLToPath(new URL("main.ts", import.meta.url))], {
    detached: true,
    stdio: ["ignore", output.fd, output.fd],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      MERIDIAN_DATA_DIR: dataDir,
      DATABASE_URL: databaseUrl,
    },
  });
  child.unref();
  await output.close();
  log?.(`starting the sandbox (process ${child.pid})`);
  return untilServing(child, { dataDir, deadline });
}

async function untilServing(
  child: ChildProcess,
  { dataDir, deadline }: { readonly dataDir: string; readonly deadline: number },
): Promise<AttachedSandbox> {
  let failed: Error | undefined;
  child.once("error", (error) => {
    failed = error;
  });
  child.once("exit", (code, signal) => {
    failed ??= new Error(
      `the sandbox ended (${signal ?? `exit code ${code}`}) before it served; see ${logFile(dataDir)}`,
    );
  });
  while (failed === undefined && Date.now() < deadline) {
    const running = await findRunning(dataDir);
    if (running !== undefined) {
      // Somebody else's came up first: the database takes only one, and ours would give up in a while.
      if (running.pid !== child.pid) child.kill("SIGTERM");
      return running;
    }
    await delay(LOOK_MS);
  }
  throw failed ?? new Error(`the sandbox did not serve in time; see ${logFile(dataDir)}`);
}

function logFile(dataDir: string): string {
  return path.join(sandboxFolder(dataDir), "sandbox.log");
}
