import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineWorld } from "../../toolchain/engine/ensureEngine.ts";
import { PINNED_VERSION } from "../../toolchain/engine/pinnedVersion.ts";
import { type RunCommand, runCommand } from "../../toolchain/engine/runCommand.ts";
import { ToolchainError } from "../../toolchain/engine/toolchainError.ts";

/** A user's cache and PATH in a temporary folder, and an outside world in which nothing can be had. */
export interface EngineSandbox {
  readonly root: string;
  readonly cacheDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Where the cached engine of the pinned version belongs. */
  readonly cachedBinary: string;
  readonly world: EngineWorld;
  readonly remove: () => Promise<void>;
}

/** Programs that a test answers for, by name; every other program really runs. */
export type StandIns = Readonly<Record<string, RunCommand>>;

export async function engineSandbox(
  standIns: StandIns = {},
  fetchStandIn: typeof fetch = offline,
): Promise<EngineSandbox> {
  const root = await mkdtemp(path.join(tmpdir(), "meridian-test-engine-"));
  const cacheDir = path.join(root, "cache");
  const all: StandIns = { go: missing, ...standIns };
  return {
    root,
    cacheDir,
    env: { PATH: path.join(root, "tools", "bin") },
    cachedBinary: path.join(cacheDir, `v${PINNED_VERSION}`, "bin", "pulumi"),
    world: {
      run: (command, args, options) => (all[command] ?? runCommand)(command, args, options),
      fetch: fetchStandIn,
      platform: { system: "linux", processor: "x64" },
      languageHost: { node: "/opt/node", script: "/opt/meridian/main.ts" },
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** An executable that answers `pulumi version` and nothing else. */
export async function writePulumi(file: string, version = `v${PINNED_VERSION}`): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, `#!/bin/sh\necho ${version}\n`);
  await chmod(file, 0o755);
}

/** The file that `go build … -o <file>` is asked for. */
export function buildOutput(args: readonly string[]): string {
  return args[args.indexOf("-o") + 1] ?? "";
}

async function offline(): Promise<Response> {
  throw new TypeError("fetch failed", { cause: new Error("no route to host") });
}

async function missing(command: string): Promise<never> {
  throw new ToolchainError("command-missing", `${command} is not installed`);
}
