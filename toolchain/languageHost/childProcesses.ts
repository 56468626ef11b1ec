import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** How a child ended: with an exit code, or by a signal. */
export interface ChildEnd {
  readonly exitCode: number;
  /** True when it was ended by `stopAll`, not by itself. */
  readonly stopped: boolean;
}

export interface StartedChild {
  readonly process: ChildProcess;
  /** Settles when the child is gone and its output has been read; rejects when it could not be started. */
  readonly ended: Promise<ChildEnd>;
  readonly stop: () => void;
}

/** Every child of the language host is started here, so that none can outlive it. */
export interface ChildProcesses {
  readonly start: (command: string, args: readonly string[], options: SpawnOptions) => StartedChild;
  readonly stopAll: () => Promise<void>;
}

/** The engine kills the language host five seconds after asking it to go; its children must be gone before. */
const KILL_AFTER_MS = 3_000;

/** What a shell reports for a process that a signal ended. */
const EXIT_CODE_OF_A_SIGNAL = 128;

export function childProcesses(): ChildProcesses {
  const running = new Set<StartedChild>();
  return {
    start(command, args, options) {
      const child = startChild(command, args, options);
      running.add(child);
      const forget = () => running.delete(child);
      child.ended.then(forget, forget);
      return child;
    },
    async stopAll() {
      const children = [...running];
      for (const child of children) child.stop();
      await Promise.allSettled(children.map((child) => child.ended));
    },
  };
}

function startChild(command: string, args: readonly string[], options: SpawnOptions): StartedChild {
  const child = spawn(command, args, options);
  let stopped = false;
  const ended = new Promise<ChildEnd>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ exitCode: code ?? EXIT_CODE_OF_A_SIGNAL, stopped }));
  });
  const stop = () => {
    if (stopped || child.exitCode !== null || child.signalCode !== null) return;
    stopped = true;
    child.kill("SIGTERM");
    const timer = setTimeout(() => child.kill("SIGKILL"), KILL_AFTER_MS);
    child.once("close", () => clearTimeout(timer));
  };
  return { process: child, ended, stop };
}
