import { open, rename, rm } from "node:fs/promises";
import { Writable } from "node:stream";
import { Command } from "commander";
import { CliError } from "./cliError.ts";
import { findBackups, findDatabase } from "./database.ts";
import { printFields, printJson } from "./print.ts";
import type { World } from "./world.ts";

interface ShowOptions {
  readonly json?: boolean;
}

/** `meridian backup`: a sealed copy of all that the service keeps, made where the service runs and while it runs. */
export function backupCommand(world: World): Command {
  const command = new Command("backup")
    .description(
      "write a sealed copy of the service's database, while the service goes on; - writes to standard output",
    )
    .argument("<file>", "the file to write, of mode 0600; it must not be there yet")
    .option("--json", "print JSON")
    .action(async (file: string, { json }: ShowOptions) => {
      const { backups, databaseUrl, place } = await findDatabase(world.env);
      const options = { databaseUrl, keys: place.keys, now: new Date() };
      const summary =
        file === "-"
          ? await backups.backupDatabase(options, binaryOutput(world))
          : await toNewFile(file, (output) => backups.backupDatabase(options, output));
      // With the backup itself on standard output, what is said of it goes beside it.
      const beside = file === "-" ? { out: world.err } : world;
      if (json === true) return printJson(beside, summary);
      printFields(beside, [
        ["made", summary.madeAt],
        ["tables", String(summary.tables)],
        ["rows", String(summary.rows)],
        ["root keys", `${summary.rootKeys.join(", ")} (not in it: keep them apart from it)`],
      ]);
    });
  command
    .command("verify <file>")
    .description("read a backup to its end and check every part of it")
    .option("--json", "print JSON")
    .action(async (file: string, { json }: ShowOptions) => {
      const { backups, place } = await findBackups(world.env);
      const { header, tables } = await backups.verifyBackup(file, place.keys);
      if (json === true) return printJson(world, { madeAt: header.madeAt, tables });
      printFields(world, [
        ["made", header.madeAt],
        ["schema", header.migrations.at(-1)],
        ["tables", String(tables.length)],
        ["rows", String(tables.reduce((sum, { rows }) => sum + rows, 0))],
        ["verdict", "whole"],
      ]);
    });
  return command;
}

/** Written beside its place and put there when it is whole, so that a backup that broke off is never taken for one. */
async function toNewFile<T>(file: string, write: (output: Writable) => Promise<T>): Promise<T> {
  const unfinished = `${file}.unfinished`;
  await (await openNew(file)).close();
  try {
    const handle = await open(unfinished, "w", 0o600);
    const result = await write(handle.createWriteStream({ flush: true }));
    await rename(unfinished, file);
    return result;
  } catch (error) {
    await rm(unfinished, { force: true });
    await rm(file, { force: true });
    throw error;
  }
}

/** @throws CliError `bad-option` when there is a file of that name, or it cannot be written. */
async function openNew(file: string) {
  try {
    return await open(file, "wx", 0o600);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError("bad-option", `the backup cannot be written to ${file}: ${reason}`, { cause });
  }
}

function binaryOutput({ outBytes }: World): Writable {
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      outBytes(chunk, done);
    },
  });
}
