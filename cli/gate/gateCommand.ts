import { writeFile } from "node:fs/promises";
import path from "node:path";
import { Command, Option } from "commander";
import { CliError } from "../cliError.ts";
import type { Outcome, World } from "../world.ts";
import {
  type FileSource,
  type GateOptions,
  type GateSource,
  gateFormats,
  judgedByService,
  sourceOf,
} from "./gateOptions.ts";
import type { ToldJudgement } from "./judgeByService.ts";
import { judgedFile } from "./judgedFile.ts";

const DENIED = 3;
const environments = ["development", "staging", "production"];

/** `meridian gate`: judges a program, a preview or a state. Exits with 0 when it passes, 3 when it is denied, 1 after an error. */
export function gateCommand(world: World, outcome: Outcome): Command {
  return new Command("gate")
    .description("judge a Pulumi program, a preview, an exported state or a stack by the policies")
    .option("--state <file>", "what `pulumi stack export` wrote (- for standard input)")
    .option("--preview <file>", "what `pulumi preview --json` printed")
    .option("--events <file>", "an engine's event log")
    .option("--stack <name>", "a stack of the service, by its state")
    .option("-C, --chdir <folder>", "the folder of the program that is previewed and judged; this one without it")
    .option("--config-file <file>", "the configuration with which the program is previewed")
    .addOption(new Option("--format <format>", "how it is told").choices(Object.keys(gateFormats)).default("text"))
    .option("--output <file>", "where it is told; standard output without it")
    .addOption(
      new Option("--environment <name>", "where it is to stand; production where nothing says otherwise").choices(
        environments,
      ),
    )
    .option("--region <region>", "the region it is to stand in")
    .option("--stack-set <name>", "the stack set it belongs to")
    .option("--team <team>", "whose, for an admin")
    .option("--pack-config <file>", "levels and settings of the policies, as for pulumi --policy-pack-config")
    .option(
      "--bundle <file>",
      "rules, settings and exemptions that it is meant to be judged by; another one in force is an error",
    )
    .option("--offline", "judge by the rules of this checkout, though there is a service")
    .addHelpText(
      "after",
      "\nThe service judges when MERIDIAN_URL and MERIDIAN_KEY are set, else the rules of this checkout.\n" +
        "Exit codes: 0 it passes, 3 it is denied, 1 something went wrong and nothing was judged.",
    )
    .action(async (options: GateOptions) => {
      const source = sourceOf(options);
      const { passed, text: said } = await judge(world, options, source);
      const text = options.format === "sarif" ? await placed(said, options, source) : said;
      if (options.output === undefined) world.out(text.endsWith("\n") ? text : `${text}\n`);
      else await write(options.output, text);
      if (!passed) outcome.exitCode = DENIED;
    });
}

async function judge(world: World, options: GateOptions, source: GateSource): Promise<ToldJudgement> {
  const online = judgedByService(options, source, world.env);
  if (source.kind === "stack") {
    const { judgeByService } = await import("./judgeByService.ts");
    return judgeByService(world, options, { stack: source.stack });
  }
  // The rules are loaded while the engine previews, which waits for its program and providers.
  const running = Promise.withResolvers<void>();
  const [document, judgeDocument] = await Promise.all([
    source.kind === "program"
      ? previewed(world, options, running.resolve)
      : documentOf(source).finally(running.resolve),
    running.promise.then(() => (online ? byService(world, options) : byCheckout(options))),
  ]);
  return judgeDocument(source.kind === "program" ? "preview" : source.kind, document);
}

type Judge = (kind: "deployment" | "preview" | "events", document: unknown) => Promise<ToldJudgement>;

async function byService(world: World, options: GateOptions): Promise<Judge> {
  const { judgeByService } = await import("./judgeByService.ts");
  return (kind, document) => judgeByService(world, options, { [kind]: document });
}

async function byCheckout(options: GateOptions): Promise<Judge> {
  const [{ judgeByCheckout }] = await Promise.all([import("./judgeByCheckout.ts"), import("../../policies/index.ts")]);
  return (kind, document) => judgeByCheckout(options, kind, document);
}

async function previewed(world: World, options: GateOptions, onRunning: () => void): Promise<unknown> {
  const { previewProgram } = await import("./previewProgram.ts");
  const { chdir = ".", configFile } = options;
  const program = {
    folder: path.resolve(chdir),
    configFile: configFile === undefined ? undefined : path.resolve(configFile),
    onRunning,
  };
  return previewProgram(world, program).finally(onRunning);
}

async function documentOf(source: FileSource) {
  const { readDocumentFile } = await import("./readDocumentFile.ts");
  return readDocumentFile(source);
}

async function placed(sarif: string, options: GateOptions, source: GateSource): Promise<string> {
  const file = judgedFile(source, options, process.cwd());
  if (file === undefined) return sarif;
  const { placeResults } = await import("./placeResults.ts");
  return placeResults(sarif, file);
}

async function write(file: string, text: string): Promise<void> {
  await writeFile(file, text).catch((cause: NodeJS.ErrnoException) => {
    throw new CliError("bad-option", `${file} cannot be written (${cause.code}).`, { cause });
  });
}
