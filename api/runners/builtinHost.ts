import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Logger } from "../base/logger.ts";

export interface BuiltinHostOptions {
  /** Where the control process answers, on loopback. */
  readonly control: string;
  readonly token: string;
  /** Jobs at once. */
  readonly capacity: number;
  /** Absolute; the host's alone. */
  readonly dataDir: string;
  readonly engine: { readonly binary: string; readonly path: readonly string[] };
  /** Absolute path of the policy pack's folder. */
  readonly policyPack?: string;
  /** Absolute path of another program library than this checkout's blueprints. */
  readonly library?: string;
  readonly logger: Logger;
}

export interface BuiltinHost {
  /** The process that runs now; undefined between two. */
  pid(): number | undefined;
  /** Asks the host to finish, waits, and kills it when it has not ended a good minute later. */
  stop(): Promise<void>;
}

/** All that the host's environment holds: its settings, the token among them, go through its standard input. */
const kept = [
  ...["PATH", "LANG", "TZ", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS"],
  // For the packages of artefacts that this checkout does not have; runners never see these.
  ...["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NPM_CONFIG_REGISTRY", "NPM_CONFIG_USERCONFIG", "NPM_CONFIG_CACHE"],
];

const SHORTEST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A host that lived this long had started well, and its death is no reason to wait. */
const SETTLED_MS = 30_000;
/** The host gives its engines 60 s to save what is in flight, and its reports 10 s to be taken. */
const STOP_MS = 75_000;

/**
 * Runs the runner host that comes with the control process as a process of its own, and starts it again when it dies. The
 * host ends when we do, however that happens: its standard input closes.
 */
export function startBuiltinHost(options: BuiltinHostOptions): BuiltinHost {
  const { logger } = options;
  let child: ChildProcess | undefined;
  let ended: Promise<void> = Promise.resolve();
  let stopping = false;
  let restart: NodeJS.Timeout | undefined;
  let pauseMs = SHORTEST_PAUSE_MS;

  const start = (): void => {
    const startedAt = performance.now();
    const started = spawnHost(options);
    child = started;
    ended = new Promise((resolve) => {
      started.once("error", (error) => logger.error({ err: error }, "the built-in runner host could not be started"));
      started.once("close", (code, signal) => {
        child = undefined;
        resolve();
        if (stopping) return;
        if (performance.now() - startedAt > SETTLED_MS) pauseMs = SHORTEST_PAUSE_MS;
        logger.warn({ code, signal, pauseMs }, "the built-in runner host ended; starting another");
        restart = setTimeout(start, pauseMs);
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
      });
    });
  };

  start();
  return {
    pid: () => child?.pid,
    async stop() {
      stopping = true;
      clearTimeout(restart);
      const killer = setTimeout(() => child?.kill("SIGKILL"), STOP_MS);
      child?.kill("SIGTERM");
      await ended;
      clearTimeout(killer);
    },
  };
}

function spawnHost({ logger, ...settings }: BuiltinHostOptions): ChildProcess {
  const child = spawn(
    process.execPath,
    [fileURLToPath(new URL("../../runner/main.ts", import.meta.url)), "--built-in"],
    {
      env: Object.fromEntries(
        kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
      ),
      // Ctrl-C at our terminal is for us to pass on, once.
      detached: true,
      stdio: ["pipe", "ignore", "inherit"],
    },
  );
  // A host that died before it read its settings is noticed by its end.
  child.stdin?.on("error", () => undefined);
  child.stdin?.write(`${JSON.stringify({ ...settings, logLevel: logger.level })}\n`);
  return child;
}
