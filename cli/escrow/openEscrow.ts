import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { CliError } from "../cliError.ts";
import { digestOf, type OpenedStack } from "./openedFolder.ts";
import type { Pulumi } from "./pulumi.ts";
import type { EscrowCopy } from "./readEscrow.ts";

/** Where the projects of an opened escrow stand in its folder: a `Pulumi.yaml` and the configuration of each stack. */
export const projectFolder = (folder: string, project: string): string => path.join(folder, "projects", project);

export async function makeProject(folder: string, project: string): Promise<string> {
  const at = projectFolder(folder, project);
  await mkdir(at, { recursive: true, mode: 0o700 });
  // Only the name counts here; the program is the team's own.
  await writeFile(path.join(at, "Pulumi.yaml"), `name: ${project}\nruntime: nodejs\n`);
  return at;
}

/**
 * Puts one stack into a backend of files, with Pulumi's own command: state and configuration, their secrets under the
 * passphrase.
 *
 * @throws CliError `pulumi-failed`, `bad-escrow` for a state whose secrets the service could not open
 */
export async function openStack(pulumi: Pulumi, folder: string, copy: EscrowCopy): Promise<OpenedStack> {
  const { project, name } = copy.stack;
  const at = { folder: await makeProject(folder, project) };
  await pulumi.run(["stack", "init", name, "--secrets-provider", "passphrase", "--no-select"], at);
  const settings = await readFile(path.join(at.folder, `Pulumi.${name}.yaml`), "utf8");
  const salt = /^encryptionsalt: (\S+)$/m.exec(settings)?.[1];
  if (salt === undefined) throw new CliError("bad-escrow", `Pulumi wrote no salt for ${project}/${name}.`);
  await configure(pulumi, { ...at, name }, copy.config);
  await pulumi.run(["stack", "import", "--stack", name], { ...at, input: JSON.stringify(resealable(copy, salt)) });
  const exported = await pulumi.run(["stack", "export", "--stack", name, "--show-secrets"], at);
  return { project, name, lineage: [...copy.lineage], digest: digestOf(exported) };
}

/** Non-secret values go together; each secret by itself, because the one way that is not an argument takes one. */
async function configure(
  pulumi: Pulumi,
  { folder, name }: { readonly folder: string; readonly name: string },
  config: EscrowCopy["config"],
): Promise<void> {
  const plain = Object.entries(config).filter(([, { secret }]) => !secret);
  if (plain.length > 0)
    await pulumi.run(["config", "set-all", "--stack", name, "--json", JSON.stringify(Object.fromEntries(plain))], {
      folder,
    });
  for (const [key, { value, secret }] of Object.entries(config)) {
    if (!secret) continue;
    await pulumi.run(["config", "set", "--stack", name, "--secret", key], { folder, input: `${value}\n` });
  }
}

/** A state whose secrets are in clear says under what they are to be sealed; one of another secrets manager stays as it is. */
function resealable({ stack, state }: EscrowCopy, salt: string): object {
  const { secrets_providers: provider } = state.deployment;
  const type = typeof provider === "object" && provider !== null && "type" in provider ? provider.type : undefined;
  if (type !== undefined && type !== "service") return state;
  if (JSON.stringify(state).includes('"ciphertext":'))
    throw new CliError(
      "bad-escrow",
      `The state of ${stack.project}/${stack.name} has secrets that the service could not open when it made the copy.`,
    );
  return { ...state, deployment: { ...state.deployment, secrets_providers: { type: "passphrase", state: { salt } } } };
}
