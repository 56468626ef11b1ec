export type { Engine, EngineSource } from "./engine/engine.ts";
export { type EngineEnvironmentOptions, engineEnvironment } from "./engine/engineEnvironment.ts";
export { type EngineProgress, printProgress, type ReportProgress } from "./engine/engineProgress.ts";
export { type EnsureEngineOptions, ensureEngine } from "./engine/ensureEngine.ts";
export { PINNED_VERSION } from "./engine/pinnedVersion.ts";
export { ToolchainError, type ToolchainErrorCode } from "./engine/toolchainError.ts";
