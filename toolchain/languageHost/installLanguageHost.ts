import { randomUUID } from "node:crypto";
import { open, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";

/** What the installed launcher starts, both absolute. */
export interface LanguageHostTarget {
  readonly node: string;
  readonly script: string;
}

const NAME = "pulumi-language-nodejs";
const MARK = "# Starts Meridian's language host for Node.";

/** The language host of this checkout, on the Node that runs this process. */
export function thisLanguageHost(): LanguageHostTarget {
  return { node: process.execPath, script: path.join(import.meta.dirname, "main.ts") };
}

/**
 * Puts a launcher of the language host into a folder, or brings one up to date whose checkout has moved. Leaves an official
 * language host alone. Several checkouts share one launcher: the variables that `engineEnvironment` sets make each use its
 * own, and the paths written into the file serve a `pulumi` started without them.
 */
export async function installLanguageHost(folder: string, target: LanguageHostTarget): Promise<void> {
  const file = path.join(folder, NAME);
  const wanted = launcher(target);
  const present = await readStart(file);
  if (present !== undefined && (present === wanted || !present.includes(MARK))) return;
  // A name of its own and a rename, because an engine may be starting the old one at this moment.
  const temporary = `${file}.${randomUUID()}`;
  try {
    await writeFile(temporary, wanted, { mode: 0o755 });
    await rename(temporary, file);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Enough of a file to compare it with a launcher; the official language host is a binary of many megabytes. */
async function readStart(file: string): Promise<string | undefined> {
  const handle = await open(file).catch(() => undefined);
  if (handle === undefined) return undefined;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(16_384), 0, 16_384, 0);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}

function launcher(target: LanguageHostTarget): string {
  return [
    "#!/bin/sh",
    MARK,
    `node=${quote(target.node)}`,
    `script=${quote(target.script)}`,
    // biome-ignore lint/suspicious/noTemplateCurlyInString: these are for the shell.
    'exec "${MERIDIAN_LANGUAGE_HOST_NODE:-$node}" "${MERIDIAN_LANGUAGE_HOST:-$script}" "$@"',
    "",
  ].join("\n");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
