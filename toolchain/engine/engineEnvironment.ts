import path from "node:path";
import { thisLanguageHost } from "../languageHost/installLanguageHost.ts";
import type { Engine } from "./engine.ts";

export interface EngineEnvironmentOptions {
  /** PULUMI_HOME: credentials, plugins and a log of every command, so never a person's own `~/.pulumi`. */
  readonly home: string;
  /** The PATH that comes after the engine's folders; by default this process's. */
  readonly searchPath?: string | undefined;
}

/**
 * The variables every engine process gets, and nothing else: a caller adds them to what it lets through of its own
 * environment. Downloads and update checks are off, since each costs seconds in every operation of a closed network.
 */
export function engineEnvironment(engine: Engine, options: EngineEnvironmentOptions): Record<string, string> {
  const searchPath = options.searchPath ?? process.env["PATH"] ?? "";
  const host = thisLanguageHost();
  return {
    PATH: [...engine.path, ...searchPath.split(path.delimiter)].filter((folder) => folder !== "").join(path.delimiter),
    PULUMI_HOME: path.resolve(options.home),
    PULUMI_SKIP_UPDATE_CHECK: "true",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    MERIDIAN_LANGUAGE_HOST_NODE: host.node,
    MERIDIAN_LANGUAGE_HOST: host.script,
  };
}
