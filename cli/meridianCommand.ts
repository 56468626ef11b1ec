import type { Command } from "commander";
import { auditCommand } from "./audit.ts";
import { backupCommand } from "./backup.ts";
import { blueprintCommand } from "./blueprints/blueprintCommand.ts";
import { decisionsCommand } from "./decisions.ts";
import { escrowCommand } from "./escrow/escrowCommand.ts";
import { exemptionsCommand } from "./exemptions.ts";
import { gateCommand } from "./gate/gateCommand.ts";
import { keysCommand } from "./keys.ts";
import { ledgerCommand } from "./ledger.ts";
import { meridianProgram } from "./meridianProgram.ts";
import { importBackendCommand } from "./moving/importBackendCommand.ts";
import { operationsCommand } from "./operations.ts";
import { packCommand } from "./packs/packCommand.ts";
import { recoveryCommand } from "./recovery.ts";
import { restoreCommand } from "./restore.ts";
import { rolloutsCommand } from "./rollouts.ts";
import { sandboxCommand } from "./sandbox/sandboxCommand.ts";
import { spendCommand } from "./spend.ts";
import { stackSetsCommand } from "./stackSets.ts";
import { stacksCommand } from "./stacks.ts";
import { toolchainCommand } from "./toolchainCommand.ts";
import type { Outcome, World } from "./world.ts";

/** The whole `meridian` command; `outcome` receives the exit code of commands that have one of their own. */
export function meridianCommand(world: World, outcome: Outcome): Command {
  return meridianProgram(world, [
    toolchainCommand(world),
    sandboxCommand(world, outcome),
    blueprintCommand(world),
    gateCommand(world, outcome),
    packCommand(world),
    stackSetsCommand(world, outcome),
    stacksCommand(world),
    operationsCommand(world, outcome),
    rolloutsCommand(world, outcome),
    exemptionsCommand(world),
    spendCommand(world),
    auditCommand(world, outcome),
    decisionsCommand(world),
    ledgerCommand(world, outcome),
    importBackendCommand(world, outcome),
    backupCommand(world),
    restoreCommand(world),
    keysCommand(world),
    recoveryCommand(world),
    escrowCommand(world, outcome),
  ]);
}
