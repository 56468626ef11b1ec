import { mkdir, readdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { installLanguageHost, type LanguageHostTarget, thisLanguageHost } from "../languageHost/installLanguageHost.ts";
import type { AcquireContext } from "./acquireContext.ts";
import { adoptEngine } from "./adoptEngine.ts";
import { buildEngine } from "./buildEngine.ts";
import { type CacheFolders, cacheFolders, defaultCacheDir } from "./cacheFolders.ts";
import { checkEngine } from "./checkEngine.ts";
import { downloadEngine } from "./downloadEngine.ts";
import type { Engine, EngineSource } from "./engine.ts";
import type { ReportProgress } from "./engineProgress.ts";
import { engineUnavailable, type FailedAttempt } from "./engineUnavailable.ts";
import { withFileLock } from "./fileLock.ts";
import { findEngine, type SearchResult } from "./findEngine.ts";
import { PINNED_VERSION } from "./pinnedVersion.ts";
import { progressReporter } from "./progressReporter.ts";
import { type RunCommand, runCommand } from "./runCommand.ts";

export interface EnsureEngineOptions {
  readonly progress?: ReportProgress;
  /** The folder that holds a folder per version; by default `${XDG_CACHE_HOME:-~/.cache}/meridian/engine`. */
  readonly cacheDir?: string;
  /** Where PATH, HOME and what Go needs are read from; by default this process's. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

/** What lies beyond this process; tests stand in for it. */
export interface EngineWorld {
  readonly run: RunCommand;
  readonly fetch: typeof fetch;
  readonly platform: { readonly system: string; readonly processor: string };
  readonly languageHost: LanguageHostTarget;
}

/** Longer than the longest build, so that a waiting process gets the result of the one that builds. */
const LOCK_LIMIT_MS = 50 * 60_000;

const STAGING = "staging-";

/**
 * Finds the pinned engine on PATH or in the user's cache, else downloads it, else builds it from its Go modules, and puts a
 * language host for Node beside it where the official one is absent. Any number of processes may call this at once: one
 * works, the others wait for its result.
 *
 * @throws ToolchainError `engine-unavailable`, whose message says what was tried, why each way failed and what to install;
 * `lock-timeout`; the signal's reason when aborted.
 */
export function ensureEngine(options: EnsureEngineOptions = {}): Promise<Engine> {
  const platform = { system: process.platform, processor: process.arch };
  return ensureEngineIn({ run: runCommand, fetch, platform, languageHost: thisLanguageHost() }, options);
}

/** `ensureEngine` with its world passed in. */
export async function ensureEngineIn(world: EngineWorld, options: EnsureEngineOptions): Promise<Engine> {
  const env = options.env ?? process.env;
  const folders = cacheFolders(options.cacheDir ?? defaultCacheDir(env));
  const context: AcquireContext = { ...world, env, signal: options.signal, ...progressReporter(options.progress) };
  const search = () => findEngine({ folders, env, run: world.run, signal: options.signal });
  const found = await search();
  if (found.ready !== undefined) return equip(engineOf(found.ready.binary, found.ready.source), folders, world);
  const onWait = (pid: number) => context.report("wait", `process ${pid} is getting the engine`);
  return withFileLock(folders.lock, { limitMs: LOCK_LIMIT_MS, signal: options.signal, onWait }, async () => {
    const again = await search();
    const ready = again.ready ?? { binary: folders.binary, source: await acquire(again, folders, context) };
    return equip(engineOf(ready.binary, ready.source), folders, world);
  });
}

/** Tries each way in turn; the first whose result runs and has the right version is moved into place as a whole. */
async function acquire(found: SearchResult, folders: CacheFolders, context: AcquireContext): Promise<EngineSource> {
  await removeLeftovers(folders.root);
  const { incomplete } = found;
  const failed: FailedAttempt[] = found.refusals.map((reason) => ({ way: "search", reason }));
  const ways: { source: EngineSource; fill: (bin: string) => Promise<void> }[] = [
    ...(incomplete === undefined
      ? []
      : [{ source: "path" as const, fill: (bin: string) => adoptEngine(incomplete, bin, context) }]),
    { source: "download", fill: (bin) => downloadEngine(bin, context) },
    { source: "build", fill: (bin) => buildEngine(bin, context) },
  ];
  for (const { source, fill } of ways) {
    const staging = path.join(folders.root, `${STAGING}${process.pid}`);
    try {
      const bin = path.join(staging, "bin");
      await mkdir(staging, { recursive: true });
      await fill(bin);
      await checkEngine(path.join(bin, "pulumi"), context);
      await rm(folders.bin, { recursive: true, force: true });
      await rename(bin, folders.bin);
      context.report("install", `the engine is in ${folders.bin}`);
      return source;
    } catch (error) {
      context.signal?.throwIfAborted();
      const reason = error instanceof Error ? error.message : String(error);
      context.report(source === "build" ? "build" : source === "path" ? "copy" : "download", `failed: ${reason}`);
      failed.push({ way: source, reason });
    } finally {
      await rm(staging, { recursive: true, force: true });
    }
  }
  throw engineUnavailable(failed);
}

/** Only the holder of the lock stages, so whatever is staged when it begins was left by a process that died. */
async function removeLeftovers(root: string): Promise<void> {
  await mkdir(root, { recursive: true });
  const leftovers = (await readdir(root)).filter((name) => name.startsWith(STAGING));
  await Promise.all(leftovers.map((name) => rm(path.join(root, name), { recursive: true, force: true })));
}

async function equip(engine: Engine, folders: CacheFolders, world: EngineWorld): Promise<Engine> {
  if (path.dirname(engine.binary) === folders.bin) await installLanguageHost(folders.bin, world.languageHost);
  return engine;
}

function engineOf(binary: string, source: EngineSource): Engine {
  const bin = path.dirname(binary);
  // An official language host starts the `node` it finds on PATH, which has to be the one that erases types.
  const searchPath = [bin, path.dirname(process.execPath)];
  return { version: PINNED_VERSION, binary, root: path.dirname(bin), path: searchPath, source };
}
