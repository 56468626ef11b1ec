import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { engineEnvironment, ensureEngine, printProgress } from "../../toolchain/index.ts";
import { CliError } from "../cliError.ts";
import type { World } from "../world.ts";

export interface EngineAnswer {
  readonly code: number | null;
  readonly stdout: string;
  /** Both outputs, for what a person is to be told. */
  readonly said: string;
}

export interface EngineCall {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Goes to its standard input: state with open secrets is never on a disk or a command line. */
  readonly input?: string;
}

export interface EngineCli {
  run(call: EngineCall): Promise<EngineAnswer>;
  /** Removes the folder in which the engine kept the key. */
  close(): Promise<void>;
}

/** A backend that does not answer must not hold up the others; a large state over a slow line takes minutes. */
const LIMIT_MS = 300_000;

/** What Amazon's library says on the engine's standard error of every answer of an object store that sends no checksum. */
const OF_LIBRARIES = /^SDK \S+ \S+ WARN .*\n?/gm;

/** What the engine would take from whoever types the command and that is decided here. */
const decidedHere = /^(PULUMI_(?!DIY_BACKEND_)|MERIDIAN_)/;

/**
 * The engine's own command line, in an empty folder with a home of its own, so that it finds nobody's project and leaves
 * nobody's login changed. The rest of the environment is passed on: it holds the credentials for buckets and key services.
 */
export async function openEngineCli(world: Pick<World, "env" | "err">): Promise<EngineCli> {
  const engine = await ensureEngine({ env: world.env, progress: printProgress({ write: world.err }) });
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-moving-")); // mode 0700
  const passed = Object.entries(world.env).filter(([name, value]) => value !== undefined && !decidedHere.test(name));
  const base = {
    ...(Object.fromEntries(passed) as Record<string, string>), // what has no value was left out
    ...engineEnvironment(engine, { home: path.join(folder, "home"), searchPath: world.env["PATH"] }),
    NO_COLOR: "1",
  };
  return {
    run: ({ args, env, input }) =>
      new Promise((resolve, reject) => {
        const child = spawn(engine.binary, [...args, "--non-interactive"], {
          cwd: folder,
          env: { ...base, ...env },
          stdio: ["pipe", "pipe", "pipe"],
          timeout: LIMIT_MS,
        });
        const [stdout, said]: [Buffer[], Buffer[]] = [[], []];
        child.stdout.on("data", (chunk: Buffer) => void stdout.push(chunk));
        child.stderr.on("data", (chunk: Buffer) => void said.push(chunk));
        child.once("error", (cause) =>
          reject(new CliError("no-engine", `the engine ${engine.binary} cannot be run: ${cause.message}`, { cause })),
        );
        child.once("close", (code) => {
          const out = Buffer.concat(stdout).toString("utf8");
          const errors = Buffer.concat(said).toString("utf8");
          const why = code === null ? `the engine did not end within ${LIMIT_MS / 1000} s` : errors || out;
          resolve({ code, stdout: out, said: why.replace(OF_LIBRARIES, "").trim() });
        });
        child.stdin.on("error", () => undefined); // it ended before it had read all: its exit code says why
        child.stdin.end(input ?? "");
      }),
    close: () => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}
