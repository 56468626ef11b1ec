import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

export interface MeridianRun {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

export interface MeridianProcess {
  readonly ended: Promise<MeridianRun>;
  /** Resolves once a text has come on standard output; rejects when the process ends without it. */
  readonly printed: (text: string) => Promise<void>;
  readonly kill: (signal: NodeJS.Signals) => void;
}

const SCRIPT = path.resolve(import.meta.dirname, "../../cli/meridian.cjs");

/** The `meridian` command as a process of its own, with none of the settings of whoever runs the tests. */
export function startMeridian(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  node = process.execPath,
): MeridianProcess {
  const { PATH, HOME, XDG_CACHE_HOME } = process.env;
  const child = spawn(node, [SCRIPT, ...args], {
    env: { PATH, HOME, ...(XDG_CACHE_HOME === undefined ? {} : { XDG_CACHE_HOME }), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (data: Buffer) => {
    out += data;
  });
  child.stderr.on("data", (data: Buffer) => {
    err += data;
  });
  const ended = once(child, "close").then(([exitCode]): MeridianRun => ({ exitCode, out, err }));
  return {
    ended,
    async printed(text) {
      while (!out.includes(text)) {
        const news = await Promise.race([once(child.stdout, "data"), ended.then(() => undefined)]);
        if (news === undefined && !out.includes(text)) throw new Error(`ended without ${text}: ${err}`);
      }
    },
    kill: (signal) => child.kill(signal),
  };
}
