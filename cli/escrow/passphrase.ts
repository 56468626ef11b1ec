import { readFile } from "node:fs/promises";
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { CliError } from "../cliError.ts";
import type { World } from "../world.ts";

/**
 * The passphrase of a backend of files, from where Pulumi itself looks for it, or asked of the person at the terminal.
 *
 * @throws CliError `bad-option` when there is nobody to ask
 */
export async function findPassphrase({ env, err }: Pick<World, "env" | "err">): Promise<string> {
  const given = env["PULUMI_CONFIG_PASSPHRASE"] || (await fromFile(env["PULUMI_CONFIG_PASSPHRASE_FILE"]));
  if (given !== undefined && given !== "") return given;
  if (!process.stdin.isTTY)
    throw new CliError(
      "bad-option",
      "Set PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE, to the passphrase.",
    );
  err("Passphrase of the backend: ");
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const asking = createInterface({ input: process.stdin, output: silent, terminal: true });
  const typed = await asking.question("");
  asking.close();
  err("\n");
  if (typed === "") throw new CliError("bad-option", "An empty passphrase protects nothing.");
  return typed;
}

async function fromFile(file: string | undefined): Promise<string | undefined> {
  if (file === undefined || file === "") return undefined;
  try {
    return (await readFile(file, "utf8")).trim();
  } catch (cause) {
    throw new CliError("bad-option", `PULUMI_CONFIG_PASSPHRASE_FILE: ${file} cannot be read.`, { cause });
  }
}
