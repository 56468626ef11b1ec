import { Command } from "commander";
import { findDatabase } from "./database.ts";
import { printFields, printJson } from "./print.ts";
import type { World } from "./world.ts";

/** `meridian restore`: fills an empty database from a backup; the service that starts on it starts in quarantine. */
export function restoreCommand(world: World): Command {
  return new Command("restore")
    .description("fill an empty database from a backup, all of it or nothing")
    .argument("<file>", "what `meridian backup` wrote")
    .option("--replace", "throw away what the service has in the database")
    .option("--json", "print JSON")
    .action(async (file: string, { replace, json }: { replace?: boolean; json?: boolean }) => {
      const { backups, databaseUrl, place } = await findDatabase(world.env);
      const options = { databaseUrl, keys: place.keys, now: new Date(), replace: replace === true };
      const summary = await backups.restoreDatabase(file, options);
      if (json === true) return printJson(world, summary);
      printFields(world, [
        ["backup of", summary.backupMadeAt],
        ["tables", String(summary.tables)],
        ["rows", String(summary.rows)],
        ["quarantine", summary.quarantine],
      ]);
      world.out(
        "\nStart the service: it reads, and changes nothing until `meridian recovery` has settled what differs.\n",
      );
    });
}
