import type { EngineSource } from "./engine.ts";
import { PINNED_VERSION } from "./pinnedVersion.ts";
import { ToolchainError } from "./toolchainError.ts";

export interface FailedAttempt {
  readonly way: EngineSource | "search";
  readonly reason: string;
}

const WORDS: Readonly<Record<FailedAttempt["way"], string>> = {
  search: "found but not used",
  path: "copy of the one on PATH",
  cache: "cache",
  download: "official download",
  build: "build from Go modules",
};

/** What is thrown when every way failed: each way with its reason, and what a person can install. */
export function engineUnavailable(attempts: readonly FailedAttempt[]): ToolchainError {
  const lines = [
    `There is no Pulumi CLI ${PINNED_VERSION}, and none of the ways to get one worked:`,
    ...attempts.map(({ way, reason }) => `  - ${WORDS[way]}: ${reason}`),
    `Install Pulumi ${PINNED_VERSION} so that it is on PATH (its installer takes --version ${PINNED_VERSION}), ` +
      "or let this machine reach Pulumi's releases, or install Go 1.26 or newer with access to a Go module proxy.",
  ];
  return new ToolchainError("engine-unavailable", lines.join("\n"), { facts: { attempts } });
}
