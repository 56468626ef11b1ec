import { readFile } from "node:fs/promises";
import { noSettings, pack, readSettingsFile, type SettingsFile } from "../../policies/index.ts";

const nothingSet: SettingsFile = { given: {}, settings: noSettings };

/**
 * Reads the file of settings that the service was started with.
 *
 * @param file its path; without one every rule is as the pack has it
 * @throws Error with one line for each fault found: rules that are other than somebody meant must judge nothing
 */
export async function openSettings(file: string | undefined): Promise<SettingsFile> {
  if (file === undefined) return nothingSet;
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`MERIDIAN_POLICY_SETTINGS: cannot read ${file} (${error.code}). Give the path of a JSON file.`);
  });
  const read = readSettingsFile(text, pack.rules);
  if (!("faults" in read)) return read;
  const faults = read.faults.map((fault) => `  ${fault}`).join("\n");
  throw new Error(`MERIDIAN_POLICY_SETTINGS: ${file} has ${read.faults.length} fault(s):\n${faults}`);
}
