import { homedir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { Engine } from "../../toolchain/index.ts";
import { CliError } from "../cliError.ts";
import type { World } from "../world.ts";
import { type EngineEnd, runEngine } from "./runEngine.ts";
import { findBackend, throwAwayStack } from "./throwAwayStack.ts";

export interface ProgramToPreview {
  /** Absolute path of the program's folder. */
  readonly folder: string;
  /** The stack's configuration, for a program that is on no backend. */
  readonly configFile: string | undefined;
  /** Called when the engine runs, and there is time for other things. */
  readonly onRunning: () => void;
}

/** What a preview intends, in the form of `pulumi preview --json`; the configuration in it is left out. */
export interface PreviewedProgram {
  readonly steps: readonly unknown[];
}

interface Digest {
  readonly steps?: readonly unknown[];
  readonly diagnostics?: readonly { readonly message?: string; readonly severity?: string }[];
  readonly changeSummary?: object;
}

const SAID_CHARACTERS = 4_000;

/**
 * Previews a program once, without a policy pack: on the backend that the user is logged in to, or else on a stack that is thrown
 * away. The digest of a preview has what its event log lacks: which resource a value comes from while it is not known.
 *
 * @throws CliError `no-engine`, `interrupted`, `pulumi-failed` with what the program or the engine said
 */
export async function previewProgram(
  world: Pick<World, "env" | "err">,
  program: ProgramToPreview,
): Promise<PreviewedProgram> {
  const { engine, engineEnvironment } = await findEngine(world);
  const home = world.env["PULUMI_HOME"] || path.join(world.env["HOME"] || homedir(), ".pulumi");
  const { PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: _, ...ours } = engineEnvironment(engine, {
    home,
    searchPath: world.env["PATH"],
  });
  const env = { ...world.env, ...ours, NO_COLOR: "1" };
  const stack = (await findBackend(program.folder, world.env, home))
    ? undefined
    : await throwAwayStack(program, world.env);
  try {
    const config = program.configFile === undefined ? [] : ["--config-file", program.configFile];
    const args = ["preview", "--json", "--show-sames", "--non-interactive", ...(stack?.args ?? config)];
    const ended = runEngine({ binary: engine.binary, args, cwd: program.folder, env: { ...env, ...stack?.env(env) } });
    program.onRunning();
    return stepsOf(await ended);
  } finally {
    await stack?.remove();
  }
}

async function findEngine({ env, err }: Pick<World, "env" | "err">) {
  const { engineEnvironment, ensureEngine, printProgress } = await import("../../toolchain/index.ts");
  try {
    const engine: Engine = await ensureEngine({ env, progress: printProgress({ write: err }) });
    return { engine, engineEnvironment };
  } catch (cause) {
    throw new CliError("no-engine", cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** A preview that failed half-way shows a part of what the program wants: none of it is judged. */
function stepsOf({ code, stdout, stderr }: EngineEnd): PreviewedProgram {
  const digest = digestOf(stdout);
  const errors = (digest?.diagnostics ?? []).filter(({ severity }) => severity === "error");
  if (code === 0 && digest !== undefined && errors.length === 0) return { steps: digest.steps ?? [] };
  const said = [...errors.map(({ message }) => message ?? ""), stderr, digest === undefined ? stdout : ""]
    .map((text) => stripVTControlCharacters(text).trim())
    .filter((text) => text !== "")
    .join("\n");
  throw new CliError("pulumi-failed", `The preview failed (exit code ${code}):\n${said.slice(-SAID_CHARACTERS)}`);
}

function digestOf(stdout: string): Digest | undefined {
  try {
    const parsed: unknown = JSON.parse(stdout);
    return typeof parsed === "object" && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
