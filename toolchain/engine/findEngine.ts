import { access, constants } from "node:fs/promises";
import path from "node:path";
import type { CacheFolders } from "./cacheFolders.ts";
import { checkEngine } from "./checkEngine.ts";
import { findOnPath } from "./findOnPath.ts";
import type { RunCommand } from "./runCommand.ts";

export interface SearchContext {
  readonly folders: CacheFolders;
  readonly env: NodeJS.ProcessEnv;
  readonly run: RunCommand;
  readonly signal: AbortSignal | undefined;
}

export interface SearchResult {
  /** Ready to use where it is. */
  readonly ready?: { readonly binary: string; readonly source: "path" | "cache" };
  /** On PATH and of the right version, but not laid out as an installation: to be copied into the cache. */
  readonly incomplete?: string;
  /** Why what was looked at is not it; for the message when nothing else works either. */
  readonly refusals: readonly string[];
}

const LANGUAGE_HOST = "pulumi-language-nodejs";

/** Looks on PATH, then in the cache. Changes nothing. */
export async function findEngine(context: SearchContext): Promise<SearchResult> {
  const onPath = await searchPath(context);
  if (onPath.ready !== undefined) return onPath;
  const cached = await searchCache(context);
  return { ...onPath, ...cached, refusals: [...onPath.refusals, ...cached.refusals] };
}

async function searchPath(context: SearchContext): Promise<SearchResult> {
  const refusals: string[] = [];
  let incomplete: string | undefined;
  for (const binary of await findOnPath("pulumi", context.env["PATH"])) {
    if (path.dirname(binary) === context.folders.bin) continue;
    const refusal = await refusalOf(binary, context);
    if (refusal !== undefined) refusals.push(refusal);
    else if (await isInstallation(binary)) return { ready: { binary, source: "path" }, refusals };
    else incomplete ??= binary;
  }
  return incomplete === undefined ? { refusals } : { incomplete, refusals };
}

async function searchCache(context: SearchContext): Promise<SearchResult> {
  const { binary } = context.folders;
  if (!(await isExecutable(binary))) return { refusals: [] };
  const refusal = await refusalOf(binary, context);
  return refusal === undefined ? { ready: { binary, source: "cache" }, refusals: [] } : { refusals: [refusal] };
}

/** The Automation API wants `<root>/bin/pulumi`, and the engine its language host in the same folder. */
async function isInstallation(binary: string): Promise<boolean> {
  const folder = path.dirname(binary);
  return path.basename(folder) === "bin" && (await isExecutable(path.join(folder, LANGUAGE_HOST)));
}

async function refusalOf(binary: string, context: SearchContext): Promise<string | undefined> {
  try {
    await checkEngine(binary, context);
    return undefined;
  } catch (error) {
    context.signal?.throwIfAborted();
    return error instanceof Error ? error.message : String(error);
  }
}

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}
