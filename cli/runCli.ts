import { type Command, CommanderError } from "commander";
import { CliError } from "./cliError.ts";
import type { Outcome, World } from "./world.ts";

/**
 * Runs one command line to its end.
 *
 * @returns the exit code: 0, the one a command chose, or 1 after an error, whose message is then on standard error.
 */
export async function runCli(
  build: (world: World, outcome: Outcome) => Command,
  args: readonly string[],
  world: World,
): Promise<number> {
  const outcome: Outcome = { exitCode: 0 };
  try {
    await build(world, outcome).parseAsync(args, { from: "user" });
    return outcome.exitCode;
  } catch (error) {
    // Commander has printed its own help or complaint.
    if (error instanceof CommanderError) return error.exitCode;
    world.err(`meridian: ${messageOf(error)}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }
}

/** The stack of an error says nothing to who typed a command, except when the error is a fault of ours. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return "code" in error ? error.message : (error.stack ?? error.message);
}
