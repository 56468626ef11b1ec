import { readFile } from "node:fs/promises";
import path from "node:path";
import { type EngineScript, engineScript, providersAt } from "../../support/engineScript.ts";

export interface EngineWrapper extends EngineScript {
  /** Kills the engine of the update that runs, and nothing else. */
  kill(): Promise<void>;
}

/** An engine whose updates go through two proxies. */
export async function wrapEngine(ports: {
  readonly backend: number;
  readonly provider: number;
}): Promise<EngineWrapper> {
  let pidFile = "";
  const script = await engineScript((folder) => {
    pidFile = path.join(folder, "engine.pid");
    return `if [ "$1" = up ]; then
  echo $$ > ${pidFile}.part && mv ${pidFile}.part ${pidFile}
  export PULUMI_BACKEND_URL=http://127.0.0.1:${ports.backend} PULUMI_DEBUG_PROVIDERS=${providersAt(ports.provider)}
fi`;
  });
  return {
    ...script,
    kill: async () => {
      process.kill(Number(await readFile(pidFile, "utf8")), "SIGKILL");
    },
  };
}
