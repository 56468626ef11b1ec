import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { ToolchainError } from "./toolchainError.ts";

export interface CommandOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  /** Called for each line of standard error, for programs that tell their progress there. */
  readonly onLine?: (line: string) => void;
}

export interface CommandResult {
  readonly stdout: string;
  /** The last lines only: a failed build can write megabytes. */
  readonly stderr: string;
}

/** Runs a program to its end. The toolchain reaches every foreign program through this one type, so that tests can stand in. */
export type RunCommand = (command: string, args: readonly string[], options: CommandOptions) => Promise<CommandResult>;

const KEPT_LINES = 40;
const KILL_AFTER_MS = 5_000;

/**
 * @throws ToolchainError `command-missing` when the program does not exist, `command-timeout` when it was ended after
 * `timeoutMs`, `command-failed` when it ended with anything but 0; the signal's reason when aborted.
 */
export const runCommand: RunCommand = async (command, args, options) => {
  options.signal?.throwIfAborted();
  const child = spawn(command, args, { env: options.env, cwd: options.cwd, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise<number | string>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  const stdout = keepLines(child.stdout, () => {});
  const stderr = keepLines(child.stderr, options.onLine ?? (() => {}));
  let timedOut = false;
  const timer = setTimeout(() => {
    timedOut = true;
    stop(child);
  }, options.timeoutMs);
  const onAbort = () => stop(child);
  options.signal?.addEventListener("abort", onAbort, { once: true });
  try {
    const code = await ended;
    options.signal?.throwIfAborted();
    if (timedOut) {
      throw new ToolchainError("command-timeout", `${command} did not end within ${options.timeoutMs / 1000} s`);
    }
    if (code !== 0) throw failed({ command, args, code, stderr: stderr.join("\n") });
    return { stdout: stdout.join("\n"), stderr: stderr.join("\n") };
  } catch (error) {
    throw isMissing(error)
      ? new ToolchainError("command-missing", `${command} is not installed`, { cause: error })
      : error;
  } finally {
    clearTimeout(timer);
    options.signal?.removeEventListener("abort", onAbort);
  }
};

/** An interrupt first, because Go removes its work folder (gigabytes) on one and not on anything harsher. */
function stop(child: ChildProcess): void {
  child.kill("SIGINT");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
  child.once("close", () => clearTimeout(timer));
}

function keepLines(stream: Readable, onLine: (line: string) => void): string[] {
  const lines: string[] = [];
  createInterface({ input: stream }).on("line", (line) => {
    lines.push(line);
    if (lines.length > KEPT_LINES) lines.shift();
    onLine(line);
  });
  return lines;
}

function failed(what: {
  command: string;
  args: readonly string[];
  code: number | string;
  stderr: string;
}): ToolchainError {
  const lastLine = what.stderr.trim().split("\n").at(-1) ?? "";
  return new ToolchainError("command-failed", `${what.command} ended with ${what.code}: ${lastLine}`, { facts: what });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
