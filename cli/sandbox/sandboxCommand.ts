import { Command } from "commander";
import { ensureEngine, printProgress } from "../../toolchain/index.ts";
import { CliError } from "../cliError.ts";
import { dataDirOf } from "../dataDir.ts";
import type { Outcome, World } from "../world.ts";
import { runForeground } from "./runForeground.ts";
import { sandboxEnvironment } from "./sandboxEnvironment.ts";
import { findSandbox } from "./sandboxRun.ts";
import { startSandbox } from "./startSandbox.ts";

/** `meridian sandbox -- <command>`: any command, with the engine on PATH and the simulated cloud in place of providers. */
export function sandboxCommand(world: World, outcome: Outcome): Command {
  return new Command("sandbox")
    .description("run a command with the engine on PATH and the sandbox in place of the cloud")
    .usage("[--start] -- <command...>")
    .option("--start", "start the sandbox when it does not run")
    .argument("<command...>", "such as: pulumi up")
    .passThroughOptions()
    .action(async (command: [string, ...string[]], options: { start?: boolean }) => {
      const dataDir = dataDirOf(world.env);
      const sandbox =
        (await findSandbox(dataDir)) ?? (options.start === true ? await startSandbox(dataDir, world.env) : undefined);
      if (sandbox === undefined) throw noSandbox(dataDir);
      const engine = await ensureEngine({ env: world.env, progress: printProgress({ write: world.err }) });
      const env = sandboxEnvironment(engine, { env: world.env, dataDir, grpcPort: sandbox.grpcPort });
      outcome.exitCode = await runForeground(command, env);
    });
}

function noSandbox(dataDir: string): CliError {
  return new CliError(
    "no-sandbox",
    `no sandbox runs for ${dataDir}. Start the service with "npm start", or give --start; ` +
      "MERIDIAN_DATA_DIR names the data folder of a service that runs elsewhere on this machine.",
  );
}
