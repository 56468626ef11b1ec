import { execFile } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import express from "express";
import { systemClock } from "../../../api/base/clock.ts";
import { createLogger } from "../../../api/base/logger.ts";
import { fixedHostTokens } from "../../../api/runners/hostTokens.ts";
import {
  type BuiltinHost,
  type BuiltinHostOptions,
  createRunnerHub,
  type RunnerHub,
  startBuiltinHost,
} from "../../../api/runners/index.ts";
import type { Job, Phase } from "../../../runner/wire.ts";
import { type Engine, engineEnvironment, ensureEngine } from "../../../toolchain/index.ts";
import { TEST_DIGEST } from "./library.ts";

const run = promisify(execFile);
const PROJECT = "meridian";
const PASSPHRASE = "a passphrase for a test";
export const HOST_TOKEN = "token-for-the-runner-host-of-a-test";

/** A control process without anything but its hub, a runner host beside it, and a file backend. */
export interface Workbench {
  readonly hub: RunnerHub;
  readonly host: BuiltinHost;
  /** With which the host was started, but for the logger. */
  readonly hostOptions: Omit<BuiltinHostOptions, "logger">;
  readonly control: string;
  readonly dataDir: string;
  readonly engine: Engine;
  /** Makes the stack at the backend and answers a job on it. */
  job(options: JobOptions): Promise<Job>;
  outputsOf(job: Job): Promise<Record<string, unknown>>;
  resourcesOf(job: Job): Promise<readonly string[]>;
  pendingOf(job: Job): Promise<number>;
  readonly server: Server;
  close(): Promise<void>;
}

export interface JobOptions {
  readonly stack: string;
  readonly program: string;
  readonly phase?: Phase;
  readonly config?: Readonly<Record<string, string>>;
  readonly providers?: string;
  readonly policies?: boolean;
  readonly attempt?: number;
  readonly blueprint?: string;
  readonly digest?: string;
}

export interface WorkbenchOptions {
  readonly capacity?: number;
  readonly policyPack?: string;
  readonly graceMs?: number;
  readonly pingMs?: number;
  /** By digest, as the control process has them; may be filled while the bench stands. */
  readonly archives?: ReadonlyMap<string, Buffer>;
}

export async function startWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const root = await mkdtemp(path.join(tmpdir(), "meridian-test-runner-"));
  const dataDir = path.join(root, "data");
  const state = path.join(root, "state");
  await mkdir(state);
  const engine = await ensureEngine({});
  const logger = createLogger({ level: process.env["TEST_LOG"] ?? "silent" });
  const hub = createRunnerHub({
    logger,
    clock: systemClock,
    hostTokens: fixedHostTokens({ "built-in": HOST_TOKEN, other: "token-for-another-runner-host" }),
    archiveOf: async (digest) => options.archives?.get(digest),
    graceMs: options.graceMs ?? 5_000,
    pingMs: options.pingMs ?? 5_000,
  });
  const server = createServer(express().use("/runner/v1", hub.router)).listen(0, "127.0.0.1");
  await once(server, "listening");
  const control = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const hostOptions = {
    control,
    token: HOST_TOKEN,
    capacity: options.capacity ?? 1,
    dataDir,
    engine,
    library: path.resolve(import.meta.dirname, "library.ts"),
    ...(options.policyPack === undefined ? {} : { policyPack: options.policyPack }),
  };
  const host = startBuiltinHost({ ...hostOptions, logger });
  const made = new Set<string>();

  const deploymentOf = async (job: Job): Promise<Deployment> => {
    const file = path.join(state, ".pulumi", "stacks", PROJECT, `${job.stack.name}.json`);
    const checkpoint = JSON.parse(await readFile(file, "utf8")) as { checkpoint: { latest?: Deployment } };
    return checkpoint.checkpoint.latest ?? {};
  };

  return {
    hub,
    host,
    hostOptions,
    control,
    dataDir,
    engine,
    server,
    async job({
      stack,
      program,
      phase = "up",
      config = {},
      providers,
      policies = false,
      attempt = 1,
      blueprint = "test",
      digest = TEST_DIGEST,
    }) {
      if (!made.has(stack)) {
        made.add(stack);
        const env = {
          ...process.env,
          ...engineEnvironment(engine, { home: path.join(root, "cli") }),
          PULUMI_BACKEND_URL: `file://${state}`,
          PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
        };
        const folder = await mkdtemp(path.join(root, "project-"));
        await run("sh", ["-c", `echo '{"name":"${PROJECT}","runtime":"nodejs"}' > Pulumi.yaml`], { cwd: folder });
        await run(engine.binary, ["stack", "init", `organization/${PROJECT}/${stack}`, "--non-interactive"], {
          cwd: folder,
          env,
        });
      }
      return {
        id: `op_${stack}.${attempt}-${phase}`,
        operation: `op_${stack}`,
        phase,
        stack: { team: "organization", project: PROJECT, name: stack },
        backend: { url: `file://${state}`, token: "the token of one operation" },
        blueprint: { name: blueprint, digest },
        config: { "test:program": program, ...config },
        providerEnv: {
          PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
          ...(providers === undefined ? {} : { PULUMI_DEBUG_PROVIDERS: providers }),
        },
        policies,
      };
    },
    async outputsOf(job) {
      const { resources = [] } = await deploymentOf(job);
      return resources.find((resource) => resource.type === "pulumi:pulumi:Stack")?.outputs ?? {};
    },
    async resourcesOf(job) {
      const { resources = [] } = await deploymentOf(job);
      return resources.filter((resource) => resource.type === "test:index:Thing").map((resource) => resource.urn);
    },
    async pendingOf(job) {
      return (await deploymentOf(job)).pending_operations?.length ?? 0;
    },
    async close() {
      const pid = host.pid();
      const started = pid === undefined ? [] : [...(await descendantsOf(pid)), { pid, command: "host" }];
      await host.stop();
      hub.close();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
      const left = started.filter(({ pid }) => isAlive(pid));
      if (left.length > 0) throw new Error(`Processes outlived their test: ${JSON.stringify(left)}`);
      await rm(root, { recursive: true, force: true });
    },
  };
}

interface Deployment {
  readonly resources?: readonly {
    readonly urn: string;
    readonly type: string;
    readonly outputs?: Record<string, unknown>;
  }[];
  readonly pending_operations?: readonly unknown[];
}

/** The processes of this machine that were started by that one, and theirs, with their command lines. */
export async function descendantsOf(
  pid: number,
): Promise<readonly { readonly pid: number; readonly command: string }[]> {
  const pids = (await readdir("/proc")).filter((entry) => /^\d+$/.test(entry)).map(Number);
  const parents = new Map<number, number>();
  for (const each of pids) {
    const stat = await readFile(`/proc/${each}/stat`, "utf8").catch(() => undefined);
    if (stat !== undefined) parents.set(each, Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
  }
  const descends = (each: number): boolean => {
    const parent = parents.get(each);
    return parent !== undefined && (parent === pid || descends(parent));
  };
  const found = [...parents.keys()].filter(descends);
  return Promise.all(
    found.map(async (each) => ({
      pid: each,
      command: (await readFile(`/proc/${each}/cmdline`, "utf8").catch(() => "")).replaceAll("\0", " ").trim(),
    })),
  );
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until a condition holds; fails after half a minute with what was waited for. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`Waited in vain until ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
