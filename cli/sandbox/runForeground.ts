import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { CliError } from "../cliError.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Runs a command on this process's own terminal and passes signals on to it.
 *
 * @returns its exit code, or 128 plus the number of the signal that ended it, as shells do.
 * @throws CliError `command-not-found` (exit code 127).
 */
export async function runForeground(command: readonly [string, ...string[]], env: NodeJS.ProcessEnv): Promise<number> {
  const [file, ...args] = command;
  let child: ChildProcess | undefined;
  const forward = (signal: NodeJS.Signals) => {
    // A terminal interrupts every process in front of it: passing that on would be the second interrupt, which tells the
    // engine to drop its work in flight.
    if (signal === "SIGINT" && process.stdin.isTTY) return;
    child?.kill(signal);
  };
  // Before the command begins: a signal that comes just after must find somebody to pass it on.
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    const started = spawn(file, args, { stdio: "inherit", env });
    child = started;
    return await new Promise<number>((resolve, reject) => {
      started.once("error", reject);
      started.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError("command-not-found", `${file} cannot be run: ${reason}`, { cause, exitCode: 127 });
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}
