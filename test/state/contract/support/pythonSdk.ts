import { execFile } from "node:child_process";
import { access, mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { withFileLock } from "../../../../toolchain/engine/fileLock.ts";
import { PINNED_VERSION } from "../../../../toolchain/engine/pinnedVersion.ts";

const run = promisify(execFile);
const INSTALL_LIMIT_MS = 300_000;

/** The Python that has Pulumi's SDK, or why there is none. */
export type PythonSdk = { readonly python: string } | { readonly missing: string };

/** Installs the SDK of the pinned version from PyPI into the user's cache, once. */
export async function ensurePythonSdk(): Promise<PythonSdk> {
  const cache = process.env["XDG_CACHE_HOME"] ?? path.join(homedir(), ".cache");
  const root = path.join(cache, "meridian", "python", `pulumi-${PINNED_VERSION}`);
  const python = path.join(root, "bin", "python");
  const complete = path.join(root, "complete");
  const isComplete = () =>
    access(complete).then(
      () => true,
      () => false,
    );
  if (await isComplete()) return { python };
  await mkdir(path.dirname(root), { recursive: true });
  try {
    return await withFileLock(`${root}.lock`, { limitMs: INSTALL_LIMIT_MS, onWait: () => undefined }, async () => {
      if (await isComplete()) return { python };
      await rm(root, { recursive: true, force: true });
      await run("python3", ["-m", "venv", root], { timeout: INSTALL_LIMIT_MS });
      const install = ["-m", "pip", "install", "--quiet", `pulumi==${PINNED_VERSION}`];
      await run(python, install, { timeout: INSTALL_LIMIT_MS });
      await writeFile(complete, "");
      return { python };
    });
  } catch (error) {
    const [reason = "unknown"] = String((error as { stderr?: string }).stderr || error)
      .trim()
      .split("\n")
      .slice(-1); // what a program that failed has said
    return { missing: reason };
  }
}
