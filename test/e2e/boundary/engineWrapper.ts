import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { ensureEngine } from "../../../toolchain/index.ts";

export interface EngineWrapper {
  /** Comes first on PATH of the service, which takes it for its engine. */
  readonly bin: string;
  /** Kills the engine of the update that runs, and nothing else. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/**
 * An engine whose updates go through two proxies: a script that points the real one at them and becomes it, so that process id and
 * death are the real one's.
 */
export async function wrapEngine(ports: {
  readonly backend: number;
  readonly provider: number;
}): Promise<EngineWrapper> {
  const { binary } = await ensureEngine();
  const folder = await mkdtemp(path.join(tmpdir(), "meridian-wrapped-engine-"));
  const bin = path.join(folder, "bin");
  const pidFile = path.join(folder, "engine.pid");
  await mkdir(bin);
  const providers = ["aws", "kubernetes", "random"].map((name) => `${name}:${ports.provider}`).join(",");
  const script = `#!/bin/sh
if [ "$1" = up ]; then
  echo $$ > ${pidFile}.part && mv ${pidFile}.part ${pidFile}
  export PULUMI_BACKEND_URL=http://127.0.0.1:${ports.backend} PULUMI_DEBUG_PROVIDERS=${providers}
fi
exec ${binary} "$@"
`;
  await writeFile(path.join(bin, "pulumi"), script);
  await chmod(path.join(bin, "pulumi"), 0o700);
  const host = "pulumi-language-nodejs";
  await symlink(path.join(path.dirname(binary), host), path.join(bin, host));
  return {
    bin,
    kill: async () => {
      process.kill(Number(await readFile(pidFile, "utf8")), "SIGKILL");
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
