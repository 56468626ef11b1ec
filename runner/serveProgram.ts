import type * as automation from "@pulumi/pulumi/automation/index.js";
import type { PulumiCommand, PulumiFn } from "@pulumi/pulumi/automation/index.js";

export interface ServedProgram {
  readonly project: string;
  readonly stack: string;
  /** Holds `Pulumi.yaml`. */
  readonly folder: string;
  readonly program: PulumiFn;
  /** Of the SDK that the program is written for: the two share what they know of the program that runs. */
  readonly automation: Pick<typeof automation, "LocalWorkspace">;
}

/**
 * Serves a program to an engine for as long as `runEngine` runs, and answers what that does. `runEngine` is given the
 * address for the engine's `--client`.
 *
 * This is the Automation API's `up` with a command of our own in place of its `pulumi`: it would start six processes for
 * what takes one, inherit our environment and lose the exit code. What remains of it is its language server, which sets
 * up the SDK for one program and collects the program's errors for the engine.
 */
export async function serveProgram<Result>(
  served: ServedProgram,
  runEngine: (client: string) => Promise<Result>,
): Promise<Result> {
  let result: { readonly value: Result } | undefined;
  const command = {
    command: "pulumi",
    version: null,
    run: async (args: readonly string[]) => {
      if (args[0] === "up") result = { value: await runEngine(clientOf(args)) };
      return { stdout: answerInPlace(args), stderr: "", code: 0 };
    },
  };
  const stack = await served.automation.LocalWorkspace.selectStack(
    { projectName: served.project, stackName: served.stack, program: served.program },
    { workDir: served.folder, pulumiCommand: command satisfies PulumiCommand },
  );
  // It throws as well for promises that the program left behind; the engine has had its say by then.
  const failure = await stack.up().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (result === undefined) throw failure;
  return result.value;
}

/** Selecting the stack, its outputs and its history: what the engine has told the backend already. */
function answerInPlace(args: readonly string[]): string {
  if (args[0] !== "stack") return "";
  return args[1] === "history" ? "[]" : "{}";
}

function clientOf(args: readonly string[]): string {
  const option = "--client=";
  const found = args.find((arg) => arg.startsWith(option));
  if (found === undefined) throw new Error("The Automation API did not say where it serves the program.");
  return found.slice(option.length);
}
