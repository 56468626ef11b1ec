import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { open } from "node:fs/promises";
import path from "node:path";

export interface EngineCommand {
  readonly binary: string;
  readonly args: readonly string[];
  /** Also where its output goes, in two files. */
  readonly cwd: string;
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
}

/** How an engine ended, with what it last said. */
export interface EngineEnd {
  readonly exitCode: number | undefined;
  readonly signal: string | undefined;
  /** Whether we asked it to stop, and whether we had to kill it for that. */
  readonly interrupted: boolean;
  readonly killed: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningEngine {
  /** Undefined when the process could not be started. */
  readonly pid: number | undefined;
  readonly end: Promise<EngineEnd>;
  /** Asks the engine once to save what is in flight and end; kills its process group when it has not after `graceMs`. */
  interrupt(graceMs: number): void;
}

const TAIL_BYTES = 16_000;

/**
 * Starts an engine as the leader of a process group of its own, so that Ctrl-C at a terminal reaches it only through us.
 * Its output goes to files: a pipe would kill it with SIGPIPE when we die, in the middle of what it has in flight.
 * `end` always resolves: a program that cannot be started has ended with neither exit code nor signal.
 */
export function startEngine(command: EngineCommand): RunningEngine {
  const { stdout, stderr } = outputFiles(command.cwd);
  const output = [openSync(stdout, "w", 0o600), openSync(stderr, "w", 0o600)] as const;
  const child = spawn(command.binary, [...command.args], {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ["ignore", ...output],
  });
  output.forEach(closeSync);
  let interrupted = false;
  let killed = false;
  let killer: NodeJS.Timeout | undefined;

  const interrupt = (graceMs: number): void => {
    // A second SIGINT makes the engine drop everything, so there is only ever one.
    if (interrupted || !isAlive(child)) return;
    interrupted = true;
    child.kill("SIGINT");
    killer = setTimeout(() => {
      killed = true;
      killGroup(child.pid);
    }, graceMs);
  };

  const end = exitOf(child).then(async ({ code, signal, failure }) => {
    clearTimeout(killer);
    // What the engine started dies with it when it could not see to that itself.
    if (signal !== undefined) killGroup(child.pid);
    const said = await readOutput(command.cwd);
    return {
      exitCode: code,
      signal,
      interrupted,
      killed,
      stdout: said.stdout,
      stderr: failure === undefined ? said.stderr : failure.message,
    };
  });
  return { pid: child.pid, end, interrupt };
}

function outputFiles(folder: string): { readonly stdout: string; readonly stderr: string } {
  return { stdout: path.join(folder, "stdout.log"), stderr: path.join(folder, "stderr.log") };
}

/** The last of what the engine of a job wrote, from the job's folder. */
async function readOutput(folder: string): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const files = outputFiles(folder);
  const [stdout, stderr] = await Promise.all([readEnd(files.stdout), readEnd(files.stderr)]);
  return { stdout, stderr };
}

async function readEnd(file: string): Promise<string> {
  const handle = await open(file, "r");
  try {
    const { size } = await handle.stat();
    const start = Math.max(size - TAIL_BYTES, 0);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), { position: start });
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

interface Exit {
  readonly code: number | undefined;
  readonly signal: string | undefined;
  readonly failure?: Error;
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once("error", (failure) => {
      if (child.pid === undefined) resolve({ code: undefined, signal: undefined, failure });
    });
    child.once("exit", (code, signal) => resolve({ code: code ?? undefined, signal: signal ?? undefined }));
  });
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** Kills every process of the group that `leader` leads or led; a group that is gone already is as good. */
export function killGroup(leader: number | undefined): void {
  signalGroup(leader, "SIGKILL");
}

/** Whether any process of the group lives. A group's number is not given away again while one does. */
export function groupLives(leader: number): boolean {
  return signalGroup(leader, 0);
}

function signalGroup(leader: number | undefined, signal: "SIGKILL" | 0): boolean {
  if (leader === undefined) return false;
  try {
    process.kill(-leader, signal);
    return true;
  } catch {
    return false;
  }
}
