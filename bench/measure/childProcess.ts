import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

export interface ForkOptions {
  readonly module: URL;
  readonly args?: readonly string[];
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly execArgv?: readonly string[];
}

/** A process of the benchmark's own, with a channel. */
export interface ForkedProcess {
  readonly pid: number;
  /** Sends a message and answers the next one that comes back. */
  ask(message: object): Promise<unknown>;
  /** Closes the channel, on which the process ends by itself, and waits; kills it when it has not after a minute. */
  end(): Promise<void>;
}

const START_MS = 120_000;
const END_MS = 60_000;
const SAID_CHARACTERS = 4_000;

/**
 * Starts a process and waits for its first message.
 *
 * @throws Error with what the process last wrote to standard error when it ends before it has said anything.
 */
export async function forkAndWait(options: ForkOptions): Promise<ForkedProcess & { readonly first: unknown }> {
  const child = fork(options.module, [...(options.args ?? [])], {
    env: options.env,
    execArgv: [...(options.execArgv ?? [])],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let said = "";
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (text: string) => {
    said = (said + text).slice(-SAID_CHARACTERS);
  });
  const first = await nextMessage(child, () => said);
  return {
    pid: child.pid ?? 0,
    first,
    async ask(message) {
      const answer = nextMessage(child, () => said);
      child.send(message);
      return answer;
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const killer = setTimeout(() => child.kill("SIGKILL"), END_MS);
      const ended = once(child, "exit");
      if (child.connected) child.disconnect();
      await ended;
      clearTimeout(killer);
    },
  };
}

async function nextMessage(child: ChildProcess, said: () => string): Promise<unknown> {
  const settled = new AbortController();
  const { signal } = settled;
  const timer = setTimeout(() => child.kill("SIGKILL"), START_MS);
  try {
    return await Promise.race([
      once(child, "message", { signal }).then(([message]) => message),
      once(child, "exit", { signal }).then(([code]) => {
        throw new Error(`a process of the benchmark ended with ${code}: ${said().trim()}`);
      }),
    ]);
  } finally {
    clearTimeout(timer);
    settled.abort();
  }
}
