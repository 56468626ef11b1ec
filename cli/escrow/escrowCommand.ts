import { Command } from "commander";
import { DEFAULT_URL } from "../apiClient.ts";
import { CliError } from "../cliError.ts";
import { printJson, printTable } from "../print.ts";
import type { Outcome, World } from "../world.ts";
import { adoptStacks } from "./adoptStacks.ts";
import { makeEscrowKey, readEscrowKey } from "./keygen.ts";
import { openStack, projectFolder } from "./openEscrow.ts";
import { folderOf, type OpenedManifest, prepareFolder, readManifest, writeManifest } from "./openedFolder.ts";
import { findPassphrase } from "./passphrase.ts";
import { openPulumi } from "./pulumi.ts";
import { type EscrowCopy, readEscrow } from "./readEscrow.ts";
import { serviceStacks } from "./serviceStacks.ts";

/** `meridian escrow`: the copies of all stacks that outlive the service. */
export function escrowCommand(world: World, outcome: Outcome): Command {
  const command = new Command("escrow").description("go on with plain pulumi when the service is gone, and come back");
  command
    .command("keygen")
    .description("make the key pair of an escrow; the private key is kept away from the service")
    .requiredOption("--out <file>", "where the private key goes, a new file of mode 0600")
    .action(async ({ out }: { out: string }) => {
      const publicKey = await makeEscrowKey(out);
      world.out(`MERIDIAN_ESCROW_PUBLIC_KEY=${publicKey}\n`);
      world.err(`The private key is in ${out}. Keep it away from the service: only it opens the copies.\n`);
    });
  command
    .command("open")
    .description("make a backend of files of an escrow; needs neither service nor database")
    .requiredOption("--from <url>", "the escrow, as file:///path")
    .requiredOption("--to <url>", "a new folder, as file:///path")
    .requiredOption("--key <file>", "the private key that `escrow keygen` made")
    .option("--team <team>", "whose stacks, where the escrow has those of several")
    .option("--json", "print JSON")
    .action((options: OpenOptions) => open(world, outcome, options));
  command
    .command("adopt")
    .description("take what was done in a backend that `escrow open` made into the service, as new versions")
    .requiredOption("--from <url>", "the backend, as file:///path")
    .option("--make-missing", "make stacks that the service does not have")
    .option("--json", "print JSON")
    .action((options: AdoptOptions) => adopt(world, outcome, options));
  return command;
}

interface OpenOptions {
  readonly from: string;
  readonly to: string;
  readonly key: string;
  readonly team?: string;
  readonly json?: boolean;
}

async function open(world: World, outcome: Outcome, options: OpenOptions): Promise<void> {
  const { copies, faults } = await readEscrow(folderOf(options.from), await readEscrowKey(options.key));
  for (const fault of faults) world.err(`meridian: ${fault}\n`);
  const { team, chosen } = ofOneTeam(copies, options.team);
  const folder = folderOf(options.to);
  await prepareFolder(folder);
  const pulumi = await openPulumi(world, { folder, passphrase: await findPassphrase(world) });
  const manifest: OpenedManifest = { format: 1, team, stacks: [] };
  const failed: string[] = [];
  try {
    for (const copy of chosen) {
      const name = `${copy.stack.project}/${copy.stack.name}`;
      try {
        manifest.stacks.push(await openStack(pulumi, folder, copy));
        world.err(`${name}: version ${copy.version}\n`);
      } catch (error) {
        if (!(error instanceof CliError)) throw error;
        failed.push(name);
        world.err(`meridian: ${name} was not opened: ${error.message}\n`);
      }
    }
    await writeManifest(folder, manifest);
  } finally {
    await pulumi.close();
  }
  if (failed.length > 0 || faults.length > 0) outcome.exitCode = 1;
  if (options.json === true) return printJson(world, { team, stacks: manifest.stacks, failed, faults });
  printTable(
    world,
    ["stack", "configuration"],
    manifest.stacks.map((stack) => [
      `organization/${stack.project}/${stack.name}`,
      `${projectFolder(folder, stack.project)}/Pulumi.${stack.name}.yaml`,
    ]),
  );
  world.out(
    `\nCopy each configuration beside its program, then:\n  export PULUMI_BACKEND_URL=file://${folder}\n  pulumi preview --stack <stack>\n`,
  );
}

/** @throws CliError `bad-option` when a team must be chosen, or has nothing here */
function ofOneTeam(copies: readonly EscrowCopy[], asked: string | undefined) {
  const teams = [...new Set(copies.map(({ stack }) => stack.team))].toSorted();
  const team = asked ?? teams[0];
  if (team === undefined) throw new CliError("bad-escrow", "The escrow holds no stack.");
  if (asked === undefined && teams.length > 1)
    throw new CliError("bad-option", `The escrow holds the teams ${teams.join(", ")}: choose one with --team.`);
  const chosen = copies.filter(({ stack }) => stack.team === team);
  if (chosen.length === 0)
    throw new CliError("bad-option", `The escrow holds no stack of the team ${team}; it holds ${teams.join(", ")}.`);
  return { team, chosen };
}

interface AdoptOptions {
  readonly from: string;
  readonly makeMissing?: boolean;
  readonly json?: boolean;
}

async function adopt(world: World, outcome: Outcome, options: AdoptOptions): Promise<void> {
  const folder = folderOf(options.from);
  const manifest = await readManifest(folder);
  const key = world.env["MERIDIAN_KEY"];
  if (key === undefined || key === "")
    throw new CliError("bad-option", "Set MERIDIAN_KEY to a key that may import state.");
  const serviceUrl = (world.env["MERIDIAN_URL"] || DEFAULT_URL).replace(/\/+$/, "");
  const files = await openPulumi(world, { folder, passphrase: await findPassphrase(world) });
  const service = await openPulumi(world, { url: serviceUrl, key });
  try {
    const stacks = serviceStacks(world);
    const makeMissing = options.makeMissing === true;
    const adoptions = await adoptStacks({ folder, manifest, files, service, stacks, serviceUrl, makeMissing });
    if (adoptions.some(({ outcome: each }) => !["adopted", "unchanged"].includes(each))) outcome.exitCode = 1;
    if (options.json === true) return printJson(world, { team: manifest.team, stacks: adoptions });
    const rows = adoptions.map(({ stack, outcome: each, detail }) => [stack, each, detail]);
    printTable(world, ["stack", "outcome", "detail"], rows);
  } finally {
    await Promise.all([files.close(), service.close()]);
  }
}
