import { Command } from "commander";
import { auditCommand } from "./audit.ts";
import { backupCommand } from "./backup.ts";
import { blueprintCommand } from "./blueprints/blueprintCommand.ts";
import { escrowCommand } from "./escrow/escrowCommand.ts";
import { keysCommand } from "./keys.ts";
import { importBackendCommand } from "./moving/importBackendCommand.ts";
import { operationsCommand } from "./operations.ts";
import { recoveryCommand } from "./recovery.ts";
import { restoreCommand } from "./restore.ts";
import { rolloutsCommand } from "./rollouts.ts";
import { sandboxCommand } from "./sandbox/sandboxCommand.ts";
import { stackSetsCommand } from "./stackSets.ts";
import { stacksCommand } from "./stacks.ts";
import { toolchainCommand } from "./toolchainCommand.ts";
import type { Outcome, World } from "./world.ts";

/** The whole `meridian` command; `outcome` receives the exit code of commands that have one of their own. */
export function meridianCommand(world: World, outcome: Outcome): Command {
  const program = new Command("meridian")
    .description("Regional stacks of an online game's infrastructure: asked for, judged, built, changed, torn down.")
    .addHelpText(
      "after",
      "\nMERIDIAN_URL names the service (http://127.0.0.1:8080 without it), MERIDIAN_KEY holds the key to it.",
    )
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ writeOut: world.out, writeErr: world.err });
  const commands = [
    toolchainCommand(world),
    sandboxCommand(world, outcome),
    blueprintCommand(world),
    stackSetsCommand(world, outcome),
    stacksCommand(world),
    operationsCommand(world, outcome),
    rolloutsCommand(world, outcome),
    auditCommand(world, outcome),
    importBackendCommand(world, outcome),
    backupCommand(world),
    restoreCommand(world),
    keysCommand(world),
    recoveryCommand(world),
    escrowCommand(world, outcome),
  ];
  for (const command of commands) program.addCommand(inherit(command, program));
  return program;
}

/** Commander passes these settings on only to commands it makes itself. */
function inherit(command: Command, from: Command): Command {
  for (const child of command.commands) inherit(child, from);
  return command.copyInheritedSettings(from);
}
