import type { Command } from "commander";
import { meridianProgram } from "../meridianProgram.ts";
import type { Outcome, World } from "../world.ts";
import { gateCommand } from "./gateCommand.ts";

/** The `meridian` command with nothing but its gate. */
export const meridianCommand = (world: World, outcome: Outcome): Command =>
  meridianProgram(world, [gateCommand(world, outcome)]);
