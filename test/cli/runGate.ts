import { meridianCommand } from "../../cli/gate/gateAlone.ts";
import { runCli } from "../../cli/runCli.ts";

/** `meridian gate` with these arguments, in this process. */
export async function runGate(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  let [out, err] = ["", ""];
  const exitCode = await runCli(meridianCommand, ["gate", ...args], {
    env,
    fetch,
    out: (text) => {
      out += text;
    },
    outBytes: (_bytes, done) => done(),
    err: (text) => {
      err += text;
    },
  });
  return { exitCode, out, err };
}
