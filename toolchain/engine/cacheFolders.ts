import { homedir } from "node:os";
import path from "node:path";
import { PINNED_VERSION } from "./pinnedVersion.ts";

/** Where one version of the engine lives in a user's cache. */
export interface CacheFolders {
  readonly root: string;
  readonly bin: string;
  readonly binary: string;
  /** Held, by process id, by whoever changes `root`. It lies beside `root` so that `root` can be replaced whole. */
  readonly lock: string;
}

/** The folder all versions share: `${XDG_CACHE_HOME:-~/.cache}/meridian/engine`. A relative XDG_CACHE_HOME counts as unset, as its specification says. */
export function defaultCacheDir(env: NodeJS.ProcessEnv): string {
  const xdg = env["XDG_CACHE_HOME"];
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(env["HOME"] ?? homedir(), ".cache");
  return path.join(base, "meridian", "engine");
}

export function cacheFolders(cacheDir: string): CacheFolders {
  const root = path.join(path.resolve(cacheDir), `v${PINNED_VERSION}`);
  const bin = path.join(root, "bin");
  return { root, bin, binary: path.join(bin, "pulumi"), lock: `${root}.lock` };
}
