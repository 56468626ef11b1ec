import { execFile } from "node:child_process";
import { promisify } from "node:util";

const run = promisify(execFile);

/** What a process is started under, as far as this machine has it; each a command that runs what comes after it. */
export interface PackIsolation {
  /** Bounds the memory that lies outside of the JavaScript heap. */
  readonly memory: readonly string[];
  /** A network in which there is nothing, and no other process to be seen or signalled. What is started ends with the command itself. */
  readonly namespaces: readonly string[];
}

/** Bytes that it may write to: the heap's limit, what WebAssembly may take, and the same again. */
const DATA_BYTES = 1024 * 1024 * 1024;
const limits: readonly (readonly string[])[] = [["prlimit", `--data=${DATA_BYTES}`]];

const apart = ["--net", "--pid", "--fork", "--kill-child"];
/** As anybody where the kernel gives namespaces to anybody, or else as one who may without. */
const namespaces: readonly (readonly string[])[] = [
  ["unshare", "--user", "--map-current-user", ...apart, "--"],
  ["unshare", ...apart, "--"],
];

let found: Promise<PackIsolation> | undefined;

/**
 * What there is of it here, looked for once. Without Linux's own commands, or in a container that forbids them, it is nothing: docs/adr/0037 says
 * what that leaves open.
 */
export function findIsolation(env: Readonly<Record<string, string>>): Promise<PackIsolation> {
  const look = async (): Promise<PackIsolation> => ({
    memory: await firstThatRuns(limits, env),
    namespaces: await firstThatRuns(namespaces, env),
  });
  found ??= look();
  return found;
}

async function firstThatRuns(
  commands: readonly (readonly string[])[],
  env: Readonly<Record<string, string>>,
): Promise<readonly string[]> {
  for (const [command = "", ...args] of commands) {
    const works = await run(command, [...args, "true"], { env }).then(
      () => true,
      () => false,
    );
    if (works) return [command, ...args];
  }
  return [];
}
