import { meridianCommand } from "../../cli/meridianCommand.ts";
import { runCli } from "../../cli/runCli.ts";

/** The `meridian` command with these arguments, in this process, with a service's address and key in its environment. */
export async function runMeridian(env: NodeJS.ProcessEnv, args: readonly string[]) {
  const printed = { out: "", err: "" };
  const exitCode = await runCli(meridianCommand, args, {
    env,
    fetch,
    out: (text) => {
      printed.out += text;
    },
    outBytes: (bytes, done) => {
      printed.out += bytes.toString("latin1");
      done();
    },
    err: (text) => {
      printed.err += text;
    },
  });
  return { exitCode, ...printed };
}
