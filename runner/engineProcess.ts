import { type ChildProcess, spawn } from "node:child_process";
import { createTail, type Tail } from "./tail.ts";

export interface EngineCommand {
  readonly binary: string;
  readonly args: readonly string[];
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

/** Output that a grandchild still holds open is waited for this long after the engine has gone. */
const DRAIN_MS = 1_000;
const TAIL_CHARACTERS = 16_000;

/**
 * Starts an engine as the leader of a process group of its own, so that Ctrl-C at a terminal reaches it only through us.
 * `end` always resolves: a program that cannot be started has ended with neither exit code nor signal.
 */
export function startEngine(command: EngineCommand): RunningEngine {
  const child = spawn(command.binary, [...command.args], {
    cwd: command.cwd,
    env: command.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
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
    await Promise.race([Promise.all([stdout.closed, stderr.closed]), delay(DRAIN_MS)]);
    child.stdout.destroy();
    child.stderr.destroy();
    return {
      exitCode: code,
      signal,
      interrupted,
      killed,
      stdout: stdout.text(),
      stderr: failure === undefined ? stderr.text() : `${stderr.text()}${failure.message}\n`,
    };
  });
  return { pid: child.pid, end, interrupt };
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

function collect(stream: NodeJS.ReadableStream): Tail & { readonly closed: Promise<void> } {
  const tail = createTail(TAIL_CHARACTERS);
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => tail.push(text));
  return { ...tail, closed: new Promise((resolve) => stream.once("close", () => resolve())) };
}

function isAlive(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
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
