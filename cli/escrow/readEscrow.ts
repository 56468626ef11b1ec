import type { KeyObject } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { CliError } from "../cliError.ts";
import { openEscrowBox } from "./openEscrowBox.ts";

const made = z.object({ version: z.int(), update: z.string() });

/** One stack as the service copied it. */
const copySchema = z.object({
  stack: z.object({ id: z.string(), team: z.string(), project: z.string(), name: z.string() }),
  version: z.int(),
  lineage: z.array(made),
  config: z.record(
    z.string(),
    z.object({ value: z.string(), objectValue: z.unknown().optional(), secret: z.boolean() }),
  ),
  state: z.looseObject({ version: z.int(), deployment: z.looseObject({}) }),
});

export type EscrowCopy = z.output<typeof copySchema>;
export type Lineage = readonly z.output<typeof made>[];

export interface ReadEscrow {
  /** The newest copy of each stack that was there when the last one was made. */
  readonly copies: readonly EscrowCopy[];
  /** Copies that do not open, with the reason; an older one of the stack is taken where there is one. */
  readonly faults: readonly string[];
}

/** @throws CliError `bad-escrow` when the folder holds no escrow */
export async function readEscrow(folder: string, key: KeyObject): Promise<ReadEscrow> {
  const stacks = await namesIn(path.join(folder, "stacks"));
  if (stacks === undefined || (await namesIn(folder))?.includes("escrow.json") !== true)
    throw new CliError(
      "bad-escrow",
      `${folder} holds no escrow: there is no escrow.json with a folder stacks beside it.`,
    );
  const copies: EscrowCopy[] = [];
  const faults: string[] = [];
  for (const id of stacks) {
    const names = (await namesIn(path.join(folder, "stacks", id))) ?? [];
    if (names.includes("removed.json")) continue;
    const sealed = names
      .filter((name) => name.endsWith(".sealed"))
      .map((name) => path.join(folder, "stacks", id, name));
    const newest = await openNewest(sealed.toReversed(), { key, faults });
    if (newest !== undefined) copies.push(newest);
  }
  return { copies, faults };
}

async function openNewest(
  files: readonly string[],
  { key, faults }: { readonly key: KeyObject; readonly faults: string[] },
): Promise<EscrowCopy | undefined> {
  for (const file of files) {
    try {
      const { content } = openEscrowBox(await readFile(file), key);
      return copySchema.parse(JSON.parse(content));
    } catch (error) {
      faults.push(`${file}: ${error instanceof CliError ? error.message : "its content is not that of a copy"}`);
    }
  }
  return undefined;
}

/** In order; undefined where there is no such folder. */
async function namesIn(folder: string): Promise<readonly string[] | undefined> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CliError("bad-escrow", `${folder} cannot be read: ${String(cause)}`, { cause });
  }
}
