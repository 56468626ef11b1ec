import { type ChildProcess, fork } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { createTail } from "../tail.ts";

export interface PackChildOptions {
  /** The module of the process. */
  readonly entry: URL;
  /** The artefact, unpacked. */
  readonly folder: string;
  /** What it may read besides: its packages and our own code for it. */
  readonly readable: readonly string[];
  /** Where its own temporary folder is made. */
  readonly temporary: string;
  /** All of its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Aborted when nobody waits for its start any more. */
  readonly signal: AbortSignal;
}

/** The process of a pack, whatever its kind. */
export interface PackChild {
  readonly process: ChildProcess;
  readonly gone: Promise<void>;
  /** The last of what it printed on stderr, with paths as they are in the pack. */
  said(): string;
  /** The rules that run, or ran last; also of a process that answers nothing any more. */
  rulesInHand(): readonly string[];
  kill(): void;
}

const HEAP_MEGABYTES = 256;
const SAID_CHARACTERS = 4_000;

/**
 * Starts a pack's process. It has none of our environment and no channel but its own; it reads its own folder and its packages, writes
 * to a temporary folder that goes with it, and starts neither processes nor threads (Node's permission model). What this does not do: docs/adr/0037.
 */
export function startPackChild({ entry, folder, readable, temporary, env, signal }: PackChildOptions): PackChild {
  const own = mkdtempSync(path.join(temporary, "pack-"));
  const trace = path.join(own, "rules");
  const child = fork(fileURLToPath(entry), [folder, trace], {
    cwd: folder,
    env: { ...env, HOME: own, TMPDIR: own },
    execArgv: [
      "--permission",
      ...[folder, own, ...readable].map((place) => `--allow-fs-read=${place}`),
      `--allow-fs-write=${own}`,
      `--max-old-space-size=${HEAP_MEGABYTES}`,
    ],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    signal,
    killSignal: "SIGKILL",
  });
  const said = createTail(SAID_CHARACTERS);
  child.stderr?.setEncoding("utf8");
  child.stderr?.on("data", (text: string) => said.push(text));
  const gone = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.on("error", () => {
      if (child.pid === undefined) resolve();
    });
  }).then(() => rmSync(own, { recursive: true, force: true }));
  return {
    process: child,
    gone,
    said: () => said.text().replaceAll(`${folder}${path.sep}`, "").trim(),
    rulesInHand: () => readTrace(trace),
    kill: () => void child.kill("SIGKILL"),
  };
}

function readTrace(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    return []; // it has come to no rule yet
  }
}
