import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import canonicalize from "canonicalize";
import { z } from "zod";
import { CliError } from "../cliError.ts";

const stackSchema = z.object({
  project: z.string(),
  name: z.string(),
  /** Which update of the service made which version, newest first; the first one is what the folder began with. */
  lineage: z.array(z.object({ version: z.int(), update: z.string() })),
  /** Of the state that the service knows, as `digestOf` makes it. */
  digest: z.string(),
});

const manifestSchema = z.object({ format: z.literal(1), team: z.string(), stacks: z.array(stackSchema) });

/** What a backend of files began with, so that what was done since can be told from it. */
export type OpenedManifest = z.output<typeof manifestSchema>;
export type OpenedStack = z.output<typeof stackSchema>;

const NAME = "meridian-escrow.json";

/** @throws CliError `bad-option` for a URL of another kind */
export function folderOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch (cause) {
    throw new CliError("bad-option", `${url} is not a folder: give it as file:///path.`, { cause });
  }
}

/** @throws CliError `bad-option` unless the folder is empty, or not there yet */
export async function prepareFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const [first] = await readdir(folder);
  if (first !== undefined)
    throw new CliError("bad-option", `${folder} is not empty (${first}): name a new folder, nothing is written over.`);
}

/** @throws CliError `bad-option` for a folder that no escrow was opened to */
export async function readManifest(folder: string): Promise<OpenedManifest> {
  const text = await readFile(path.join(folder, NAME), "utf8").catch(() => undefined);
  const manifest = text === undefined ? undefined : manifestSchema.safeParse(JSON.parse(text));
  if (manifest?.success === true) return manifest.data;
  const hint =
    "Only what `meridian escrow open` made can be adopted; `meridian import-backend` takes over other backends.";
  throw new CliError("bad-option", `There is no ${NAME} in ${folder}. ${hint}`);
}

export async function writeManifest(folder: string, manifest: OpenedManifest): Promise<void> {
  const unfinished = path.join(folder, `${NAME}.unfinished`);
  await writeFile(unfinished, `${JSON.stringify(manifest, undefined, 2)}\n`, { mode: 0o600 });
  await rename(unfinished, path.join(folder, NAME));
}

/** What a state says, without when and by which engine it was written and how its secrets were sealed. */
export function digestOf(exported: string): string {
  const { deployment } = z.object({ deployment: z.looseObject({}) }).parse(JSON.parse(exported));
  const { manifest: _, secrets_providers: __, metadata: ___, ...essence } = deployment;
  return createHash("sha256")
    .update(canonicalize(essence) ?? "")
    .digest("hex");
}
