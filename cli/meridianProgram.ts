import { Command } from "commander";
import { showExamples } from "./examples.ts";
import type { World } from "./world.ts";

/** The `meridian` command with these commands under it. */
export function meridianProgram(world: World, commands: readonly Command[]): Command {
  const program = new Command("meridian")
    .description("Regional stacks of an online game's infrastructure: asked for, judged, built, changed, torn down.")
    .addHelpText(
      "after",
      "\nMERIDIAN_URL names the service (http://127.0.0.1:8080 without it), MERIDIAN_KEY holds the key to it.",
    )
    .enablePositionalOptions()
    .exitOverride()
    .showHelpAfterError("For its options and examples, give --help.")
    .configureOutput({ writeOut: world.out, writeErr: world.err });
  for (const command of commands) program.addCommand(inherit(command, program));
  showExamples(program);
  return program;
}

/** Commander passes these settings on only to commands it makes itself. */
function inherit(command: Command, from: Command): Command {
  for (const child of command.commands) inherit(child, from);
  return command.copyInheritedSettings(from);
}
