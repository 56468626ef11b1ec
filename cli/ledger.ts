import { Command } from "commander";
import { chainCommand } from "./chainCommand.ts";
import type { Outcome, World } from "./world.ts";

/** `meridian ledger`: whether what was decided is what was put down. */
export function ledgerCommand(world: World, outcome: Outcome): Command {
  const of = {
    name: "ledger of decisions",
    path: "/v1/decisions/verification",
    heads: "the file or folder of MERIDIAN_LEDGER_HEADS, or a log with its lines",
  };
  return new Command("ledger")
    .description("prove that the ledger of decisions was not changed")
    .addCommand(chainCommand({ world, outcome }, of));
}
