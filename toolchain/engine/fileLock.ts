import { randomUUID } from "node:crypto";
import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { ToolchainError } from "./toolchainError.ts";

export interface LockOptions {
  /** How long to wait for another holder, and how old a lock may grow before its holder counts as gone. */
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  /** Called once, with the holder's process id, when the lock is not free. */
  readonly onWait?: (pid: number) => void;
}

interface Holder {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

const POLL_MS = 250;

/**
 * Runs `work` while holding a file that names this process; one holder at a time over all processes of a user. A lock left
 * by a dead process, or older than `limitMs`, is taken over.
 *
 * @throws ToolchainError `lock-timeout` when a live holder keeps it longer than `limitMs`.
 */
export async function withFileLock<T>(file: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const holder: Holder = { pid: process.pid, host: hostname(), token: randomUUID() };
  await mkdir(path.dirname(file), { recursive: true });
  await acquire(file, holder, options);
  try {
    return await work();
  } finally {
    const current = await readHolder(file);
    if (current?.token === holder.token) await rm(file, { force: true });
  }
}

async function acquire(file: string, holder: Holder, options: LockOptions): Promise<void> {
  const deadline = Date.now() + options.limitMs;
  let told = false;
  while (!(await create(file, holder))) {
    options.signal?.throwIfAborted();
    const other = await readHolder(file);
    if (await isStale(file, other, options.limitMs)) {
      await breakLock(file, other);
      continue;
    }
    if (Date.now() > deadline) {
      throw new ToolchainError("lock-timeout", `${file} is held by process ${other?.pid}; remove it if that is wrong`);
    }
    if (!told && other !== undefined) options.onWait?.(other.pid);
    told = told || other !== undefined;
    await delay(POLL_MS, undefined, { signal: options.signal });
  }
}

async function create(file: string, holder: Holder): Promise<boolean> {
  try {
    await writeFile(file, JSON.stringify(holder), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Holder; // Only this file writes it; half-written text does not parse.
  } catch {
    return undefined;
  }
}

/** A process id says nothing about a process of another machine or container, which may share the home folder: there only age counts. */
async function isStale(file: string, holder: Holder | undefined, limitMs: number): Promise<boolean> {
  const info = await stat(file).catch(() => undefined);
  if (info === undefined) return false;
  const age = Date.now() - info.mtimeMs;
  if (holder === undefined) return age > 10_000;
  if (holder.host === hostname() && !isAlive(holder.pid)) return true;
  return age > limitMs;
}

/** Two waiters may judge the same lock stale: the rename lets one of them win, and the token shows the other that it took a fresh one. */
async function breakLock(file: string, judged: Holder | undefined): Promise<void> {
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const taken = await readHolder(aside);
  if (taken?.token === judged?.token) await rm(aside, { force: true });
  else await rename(aside, file);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
