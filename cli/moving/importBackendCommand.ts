import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { apiClient } from "../apiClient.ts";
import { CliError } from "../cliError.ts";
import { plain, printJson } from "../print.ts";
import type { Outcome, World } from "../world.ts";
import { destination } from "./destination.ts";
import { openEngineCli } from "./engineCli.ts";
import { hasFailures, type ImportReport, printReport, type StackReport } from "./importReport.ts";
import { importStack } from "./importStacks.ts";
import { sourceBackend } from "./sourceBackend.ts";

interface ImportOptions {
  readonly dryRun?: boolean;
  readonly project?: readonly string[];
  readonly stack?: readonly string[];
  readonly inProject?: string;
  readonly team?: string;
  readonly passphraseFile?: readonly string[];
  readonly adopt?: boolean;
  readonly json?: boolean;
}

/** `meridian import-backend`: takes over the stacks of another backend, and leaves that backend as it was. */
export function importBackendCommand(world: World, outcome: Outcome): Command {
  return new Command("import-backend")
    .description("take over all stacks of a backend of files, of a bucket or of PostgreSQL")
    .argument(
      "[url]",
      "file://…, s3://… or postgres://…; without it PULUMI_BACKEND_URL, which keeps a password off the command line",
    )
    .option("--dry-run", "say what would be done, and what cannot be")
    .option("--project <project...>", "only the stacks of these projects")
    .option("--stack <stack...>", "only stacks of these names")
    .option("--in-project <project>", "the project of stacks that have none and no resources that name it")
    .option("--team <team>", "whose they are to be, for an admin")
    .option(
      "--passphrase-file <file...>",
      "passphrases that seal the secrets, one a file; without it PULUMI_CONFIG_PASSPHRASE or its _FILE",
    )
    .option(
      "--adopt",
      "take what the source made of a stack since it was imported, if the service did not go on with it",
    )
    .option("--json", "print JSON")
    .action(async (given: string | undefined, options: ImportOptions) => {
      const url = sourceUrl(given ?? world.env["PULUMI_BACKEND_URL"]);
      const passphrases = await passphrasesOf(world.env, options.passphraseFile ?? []);
      const engine = await openEngineCli(world);
      try {
        const source = sourceBackend(engine, { url, passphrases });
        const service = destination(world, apiClient(world), engine);
        const team = options.team ?? (await service.team());
        const dryRun = options.dryRun === true;
        const { inProject, project: projects } = options;
        const deps = { source, service, team, dryRun, adopt: options.adopt === true, inProject, projects };
        const stacks: StackReport[] = [];
        for (const stack of await source.list()) {
          if (options.stack?.includes(stack.name) === false) continue;
          const done = await importStack(deps, stack);
          if (done === undefined) continue;
          world.err(`${plain(`${done.source}: ${done.outcome}`)}\n`);
          stacks.push(done);
        }
        const report: ImportReport = { source: source.shown, service: service.url, team, dryRun, stacks };
        if (options.json === true) printJson(world, report);
        else printReport(world, report);
        if (hasFailures(report)) outcome.exitCode = 1;
      } finally {
        await engine.close();
      }
    });
}

/** The kinds of backend that Pulumi keeps without a service (pkg/backend/diy). */
const OF_PULUMI = /^(file|s3|gs|azblob|postgres|postgresql|memory):\/\//;

/** @throws CliError `bad-option` for what is no such backend */
function sourceUrl(url: string | undefined): string {
  if (url === undefined || url === "")
    throw new CliError(
      "bad-option",
      "which backend? Give its address, as file:///srv/state, or set PULUMI_BACKEND_URL",
    );
  if (OF_PULUMI.test(url)) return url;
  const services = /^https?:/.test(url)
    ? ' Stacks of a service move one by one, by "pulumi stack export --show-secrets".'
    : "";
  throw new CliError(
    "bad-option",
    `${url.replace(/:[^/@]*@/, ":****@")} is not a file://, s3:// or postgres:// address.${services}`,
  );
}

/** As the engine reads them: a file without the space around it (secrets/passphrase/manager.go). */
async function passphrasesOf(env: NodeJS.ProcessEnv, files: readonly string[]): Promise<readonly string[]> {
  const named = [...files, ...(env["PULUMI_CONFIG_PASSPHRASE_FILE"] ? [env["PULUMI_CONFIG_PASSPHRASE_FILE"]] : [])];
  const given = env["PULUMI_CONFIG_PASSPHRASE"];
  const read = await Promise.all(named.map(readPassphrase));
  return given === undefined ? read : [given, ...read];
}

async function readPassphrase(file: string): Promise<string> {
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError("bad-option", `the passphrase cannot be read: ${reason}`, { cause });
  }
}
