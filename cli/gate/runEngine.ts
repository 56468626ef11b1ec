import { type ChildProcess, spawn } from "node:child_process";
import { CliError } from "../cliError.ts";

export interface EngineRun {
  readonly binary: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface EngineEnd {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The engine ends its plugins and the program first; longer than this it is not waited for. */
const GRACE_MS = 10_000;

/**
 * Runs the engine to its end. What would end this process is told to the engine first, so that neither it nor the program goes on
 * alone, and who called can clear up.
 *
 * @throws CliError `no-engine` where it does not start, `interrupted` after a signal
 */
export async function runEngine({ binary, args, cwd, env }: EngineRun): Promise<EngineEnd> {
  // A group of its own: a terminal interrupts all in front of it, and the engine takes a second interrupt for "at once".
  const child = spawn(binary, args, { cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
  child.stdout.on("data", (chunk: Buffer) => void stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => void stderr.push(chunk));
  let interruptedBy: NodeJS.Signals | undefined;
  let grace: NodeJS.Timeout | undefined;
  const interrupt = (signal: NodeJS.Signals) => {
    if (interruptedBy === undefined) child.kill("SIGINT");
    else killGroup(child);
    interruptedBy ??= signal;
    grace ??= setTimeout(() => killGroup(child), GRACE_MS);
  };
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", (cause) =>
        reject(new CliError("no-engine", `${binary} cannot be run in ${cwd}: ${cause.message}`, { cause })),
      );
      child.once("close", resolve);
    });
    if (interruptedBy !== undefined)
      throw new CliError("interrupted", `The preview was interrupted (${interruptedBy}); nothing was judged.`);
    return { code, stdout: textOf(stdout), stderr: textOf(stderr) };
  } finally {
    clearTimeout(grace);
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended by itself.
  }
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");
