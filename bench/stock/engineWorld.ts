import { mkdir } from "node:fs/promises";
import path from "node:path";
import { type Engine, engineEnvironment } from "../../toolchain/index.ts";

/** What contenders that run engines themselves are given: the same engine and the same providers as the service has. */
export interface EngineWorld {
  readonly engine: Engine;
  readonly providerPort: number;
  /** For everything that is written. */
  readonly folder: string;
  /** Puts plugins where engines with this home look for them. Without it engines use the providers that already run. */
  readonly installProviders?: (pulumiHome: string) => Promise<void>;
}

const PACKAGES = ["aws", "kubernetes", "random"];

/** The whole environment of an engine, but for its backend. */
export function engineWorldEnvironment(world: EngineWorld, home: string): Record<string, string> {
  const running = { PULUMI_DEBUG_PROVIDERS: PACKAGES.map((name) => `${name}:${world.providerPort}`).join(",") };
  return {
    ...engineEnvironment(world.engine, { home: path.join(home, ".pulumi") }),
    HOME: home,
    ...(world.installProviders === undefined && running),
    PULUMI_CREDENTIAL_STORE: "plaintext",
  };
}

/** A place where the engine keeps state itself, without any service. */
export type OwnBackend = { readonly kind: "file" } | { readonly kind: "postgres"; readonly url: string };

/** With a backend of its own, and secrets sealed by a passphrase. The files of `file` lie in `<folder>/state`. */
export async function ownBackendEnvironment(
  world: EngineWorld,
  folder: string,
  backend: OwnBackend = { kind: "file" },
): Promise<Record<string, string>> {
  const state = path.join(folder, "state");
  await mkdir(state, { recursive: true });
  await world.installProviders?.(path.join(folder, ".pulumi"));
  return {
    ...engineWorldEnvironment(world, folder),
    PULUMI_BACKEND_URL: backend.kind === "file" ? `file://${state}` : backend.url,
    PULUMI_CONFIG_PASSPHRASE: "measured",
  };
}
