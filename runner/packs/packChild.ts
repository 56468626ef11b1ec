import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { Duplex, Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { createTail } from "../tail.ts";
import type { PackIsolation } from "./packIsolation.ts";
import { CHANNEL } from "./packMessages.ts";

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
  /** What it is started under. */
  readonly isolation: PackIsolation;
  /** Aborted when nobody waits for its start any more. */
  readonly signal: AbortSignal;
}

/** The process of a pack, whatever its kind. */
export interface PackChild {
  /** Questions to it and what it answers, by line. */
  readonly channel: Duplex;
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
export function startPackChild({
  entry,
  folder,
  readable,
  temporary,
  env,
  isolation,
  signal,
}: PackChildOptions): PackChild {
  const own = mkdtempSync(path.join(temporary, "pack-"));
  const trace = path.join(own, "rules");
  const permissions = [
    "--permission",
    ...[folder, own, ...readable].map((place) => `--allow-fs-read=${place}`),
    `--allow-fs-write=${own}`,
  ];
  const [command = "", ...args] = [
    ...isolation.memory,
    ...isolation.namespaces,
    ...[process.execPath, ...permissions, `--max-old-space-size=${HEAP_MEGABYTES}`],
    ...[fileURLToPath(entry), folder, trace],
  ];
  const child = spawn(command, args, {
    cwd: folder,
    env: { ...env, HOME: own, TMPDIR: own },
    // What it prints on stdout nobody reads.
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    signal,
    killSignal: "SIGKILL",
  });
  const channel = child.stdio[CHANNEL] as Duplex; // as asked for above
  channel.on("error", () => undefined); // who is dead is seen by its end
  const said = createTail(SAID_CHARACTERS);
  listen(child.stdio[2] as Readable, (text) => said.push(text)); // as asked for above
  const gone = new Promise<void>((resolve) => {
    child.once("close", () => resolve());
    child.on("error", () => {
      if (child.pid === undefined) resolve();
    });
  }).then(() => rmSync(own, { recursive: true, force: true }));
  return {
    channel,
    gone,
    said: () => said.text().replaceAll(`${folder}${path.sep}`, "").trim(),
    rulesInHand: () => readTrace(trace),
    kill: () => void child.kill("SIGKILL"),
  };
}

const LISTENING_BYTES = 64 * 1024;
const LISTENING_MS = 50;

/** Reads so much at a time that a process which prints without end waits, and not we. */
function listen(stream: Readable, heard: (text: string) => void): void {
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    heard(chunk.toString("utf8"));
    bytes += chunk.length;
    if (bytes < LISTENING_BYTES) return;
    bytes = 0;
    stream.pause();
    setTimeout(() => stream.resume(), LISTENING_MS).unref();
  });
}

function readTrace(file: string): readonly string[] {
  try {
    return readFileSync(file, "utf8").split("\n").filter(Boolean);
  } catch {
    return []; // it has come to no rule yet
  }
}
