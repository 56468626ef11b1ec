import { Command } from "commander";
import { ensureEngine, printProgress } from "../toolchain/index.ts";
import { printFields, printJson } from "./print.ts";
import type { World } from "./world.ts";

/** `meridian toolchain`: sees to it that there is an engine, and says which. */
export function toolchainCommand(world: World): Command {
  return new Command("toolchain")
    .description("find or get the pinned Pulumi engine, and say where it is")
    .option("--json", "print JSON")
    .action(async (options: { json?: boolean }) => {
      const engine = await ensureEngine({ env: world.env, progress: printProgress({ write: world.err }) });
      if (options.json === true) printJson(world, { ...engine, node: process.version });
      else {
        printFields(world, [
          ["engine", `Pulumi ${engine.version}`],
          ["binary", engine.binary],
          ["source", engine.source],
          ["node", `${process.version} (${process.execPath})`],
        ]);
      }
    });
}
