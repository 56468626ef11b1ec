/** Where an engine came from: found ready on PATH, found in the user's cache, or put there now by download or build. */
export type EngineSource = "path" | "cache" | "download" | "build";

/** A usable Pulumi CLI with a language host for Node beside it. */
export interface Engine {
  /** Without a leading "v". */
  readonly version: string;
  /** Absolute path of the `pulumi` executable, always `<root>/bin/pulumi`. */
  readonly binary: string;
  /** What the Automation API calls the installation root: `PulumiCommand.get({ root })`. */
  readonly root: string;
  /** Folders that come first on PATH of every process that runs the engine: the engine's own, then that of this Node. */
  readonly path: readonly string[];
  readonly source: EngineSource;
}
