import { PINNED_VERSION } from "./pinnedVersion.ts";
import type { RunCommand } from "./runCommand.ts";
import { ToolchainError } from "./toolchainError.ts";

const VERSION_LIMIT_MS = 20_000;

/**
 * Asks a `pulumi` executable for its version: the one test that also finds a binary for another processor, a folder mounted
 * without the right to execute, or a file cut short.
 *
 * @throws ToolchainError `engine-unusable` when it does not run or is of another version than the pinned one.
 */
export async function checkEngine(
  binary: string,
  tools: { run: RunCommand; env: NodeJS.ProcessEnv; signal?: AbortSignal | undefined },
): Promise<void> {
  // The check of its own version against the newest would wait for the internet.
  const env = { ...tools.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  let version: string;
  try {
    const result = await tools.run(binary, ["version"], { env, timeoutMs: VERSION_LIMIT_MS, signal: tools.signal });
    version = result.stdout.trim();
  } catch (cause) {
    tools.signal?.throwIfAborted();
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ToolchainError("engine-unusable", `${binary} does not run: ${reason}`, { cause });
  }
  if (version === `v${PINNED_VERSION}`) return;
  throw new ToolchainError("engine-unusable", `${binary} is version ${version || "unknown"}, not v${PINNED_VERSION}`);
}
