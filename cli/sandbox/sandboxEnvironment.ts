import path from "node:path";
import { type Engine, engineEnvironment } from "../../toolchain/index.ts";
import { DEFAULT_URL } from "../apiClient.ts";

const PACKAGES = ["aws", "kubernetes", "random"] as const;

export interface SandboxEnvironmentOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly dataDir: string;
  readonly grpcPort: number;
}

/**
 * The environment of a command run against the sandbox: the caller's own, with the engine first on PATH, the sandbox in
 * place of the providers, and Meridian as backend. A backend that the caller has chosen stays chosen, unless MERIDIAN_URL
 * says otherwise.
 */
export function sandboxEnvironment(engine: Engine, options: SandboxEnvironmentOptions): NodeJS.ProcessEnv {
  const { env, dataDir, grpcPort } = options;
  const home = env["PULUMI_HOME"] || path.join(dataDir, "pulumi");
  const key = env["MERIDIAN_KEY"];
  return {
    ...env,
    ...engineEnvironment(engine, { home, searchPath: env["PATH"] }),
    PULUMI_DEBUG_PROVIDERS: PACKAGES.map((name) => `${name}:${grpcPort}`).join(","),
    PULUMI_BACKEND_URL: env["MERIDIAN_URL"] || env["PULUMI_BACKEND_URL"] || DEFAULT_URL,
    ...(key === undefined || key === "" ? {} : { PULUMI_ACCESS_TOKEN: key }),
  };
}
