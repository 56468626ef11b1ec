import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** What a running sandbox says of itself in its data folder, so that others find it. */
export interface RunInfo {
  readonly pid: number;
  readonly grpcPort: number;
  readonly httpPort: number;
  readonly token: string;
  /** RFC 3339, UTC. */
  readonly startedAt: string;
}

/** The sandbox's own folder in a data folder. */
export function sandboxFolder(dataDir: string): string {
  return path.join(dataDir, "sandbox");
}

function runFile(dataDir: string): string {
  return path.join(sandboxFolder(dataDir), "run.json");
}

/** Written whole or not at all, readable by its owner only: it holds the token. */
export async function writeRunInfo(dataDir: string, info: RunInfo): Promise<void> {
  await mkdir(sandboxFolder(dataDir), { recursive: true, mode: 0o700 });
  const temporary = `${runFile(dataDir)}.${info.pid}`;
  await writeFile(temporary, `${JSON.stringify(info)}\n`, { mode: 0o600 });
  await rename(temporary, runFile(dataDir));
}

/** Undefined when there is none, or none that makes sense. */
export async function readRunInfo(dataDir: string): Promise<RunInfo | undefined> {
  try {
    const info: RunInfo = JSON.parse(await readFile(runFile(dataDir), "utf8"));
    return Number.isInteger(info.pid) && Number.isInteger(info.httpPort) ? info : undefined;
  } catch {
    return undefined;
  }
}

/** Removes what the process `pid` wrote; another's is left alone. */
export async function removeRunInfo(dataDir: string, pid: number): Promise<void> {
  if ((await readRunInfo(dataDir))?.pid === pid) await rm(runFile(dataDir), { force: true });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
