import { mkdtemp, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { readRunInfo } from "../../sandbox/runFile.ts";
import { freePort } from "../../toolchain/index.ts";
import { ensurePostgres, stopPostgres } from "../../toolchain/postgres/index.ts";
import { forkAndWait } from "../measure/childProcess.ts";
import { readWriteAhead } from "../measure/database.ts";
import type { ToControl } from "./controlMessages.ts";
import { createRestClient, type RestClient } from "./restClient.ts";

const ADMIN_KEY = "mk_admin-key-of-the-measured-service";

export interface GateCost {
  readonly ms: number;
  readonly steps: number;
}

/** The measured service: a control process with its own PostgreSQL (fsync on), sandbox (no latency) and runner host. */
export interface Meridian {
  readonly url: string;
  readonly adminKey: string;
  /** A client whose stacks stand in the sandbox. */
  readonly rest: RestClient;
  restTo(target: string): RestClient;
  /** Where the engines of its runners look for plugins. */
  readonly pulumiHome: string;
  /** Of the control process. */
  readonly pid: number;
  readonly databaseUrl: string;
  /** Bytes that the database has written ahead so far. */
  writeAheadBytes(): Promise<number>;
  /** Where the sandbox serves the provider protocol, for all contenders alike. */
  readonly providerPort: number;
  /** Takes the gate out or puts it back; answers what judging has cost since the last time. */
  turnGate(on: boolean): Promise<GateCost>;
  gateCost(): Promise<GateCost>;
  close(): Promise<void>;
}

export interface MeridianOptions {
  /** A new folder is made in it, and removed at the end. */
  readonly folder: string;
  readonly runners: number;
}

const spent = z.object({ type: z.literal("spent"), ms: z.number(), steps: z.number() });
const READY_MS = 60_000;
const LOOK_MS = 50;

export async function startMeridian({ folder, runners }: MeridianOptions): Promise<Meridian> {
  const dataDir = await mkdtemp(path.join(folder, "meridian-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { PATH = "", HOME = "", TMPDIR, XDG_CACHE_HOME } = process.env;
  const control = await forkAndWait({
    module: new URL("./controlProcess.ts", import.meta.url),
    env: {
      PATH,
      HOME,
      ...(TMPDIR === undefined ? {} : { TMPDIR }),
      ...(XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME }),
      PORT: String(port),
      MERIDIAN_DATA_DIR: dataDir,
      MERIDIAN_ADMIN_KEY: ADMIN_KEY,
      MERIDIAN_RUNNERS: String(runners),
      MERIDIAN_LOG_LEVEL: "warn",
    },
  }).catch(async (error: unknown) => {
    await removeWhatOutlives(dataDir); // it may have died with its database and its sandbox up already
    throw error;
  });
  const tell = async (message: ToControl): Promise<GateCost> => spent.parse(await control.ask(message));
  const restTo = (target: string) => createRestClient({ url, key: ADMIN_KEY, target });
  const rest = restTo("sandbox");
  const close = async (): Promise<void> => {
    await control.end();
    await removeWhatOutlives(dataDir);
  };
  try {
    await untilReady(url);
    await rest.call("PUT", "/v1/sandbox/latency", { profile: "none" });
    const { url: databaseUrl } = await ensurePostgres({ dataDir });
    const sandbox = await readRunInfo(dataDir);
    if (sandbox === undefined) throw new Error("the measured service has no sandbox");
    return {
      url,
      adminKey: ADMIN_KEY,
      rest,
      restTo,
      pulumiHome: path.join(dataDir, "runner", "pulumi"),
      pid: control.pid,
      databaseUrl,
      writeAheadBytes: () => readWriteAhead(databaseUrl),
      providerPort: sandbox.grpcPort,
      turnGate: (on) => tell({ type: "gate", on }),
      gateCost: () => tell({ type: "ask" }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Ready: with a runner host attached. */
async function untilReady(url: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const response = await fetch(`${url}/readyz`);
    const text = await response.text();
    if (response.ok) return;
    if (performance.now() > deadline) throw new Error(`the measured service did not become ready: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function removeWhatOutlives(dataDir: string): Promise<void> {
  await endSandbox(dataDir);
  await removeDatabase(dataDir);
  await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
}

/** The sandbox outlives its control process on purpose, so it has to be ended by its own id. */
async function endSandbox(dataDir: string): Promise<void> {
  const sandbox = await readRunInfo(dataDir);
  if (sandbox === undefined) return;
  process.kill(sandbox.pid, "SIGTERM");
  const deadline = performance.now() + READY_MS;
  while (isAlive(sandbox.pid) && performance.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // gone
  }
}

async function removeDatabase(dataDir: string): Promise<void> {
  await stopPostgres(dataDir);
  // As root the database lies outside of the data folder, which says where.
  const placed = await readFile(path.join(dataDir, "postgres.folder"), "utf8").catch(() => undefined);
  if (placed !== undefined) await rm(placed.trim(), { recursive: true, force: true });
}
