import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import { Readable } from "node:stream";
import { Command } from "commander";
import { z } from "zod";
import { apiClient } from "./apiClient.ts";
import { CliError } from "./cliError.ts";
import { printFields, printJson, printTable } from "./print.ts";
import type { World } from "./world.ts";

const money = z.object({ amount: z.string(), currency: z.string() });

const spendImport = z.object({
  format: z.string(),
  digest: z.string(),
  rows: z.number(),
  periods: z.array(z.object({ period: z.string(), account: z.string(), outcome: z.string() })),
  billed: money,
  attributed: z.object({ byTags: money, byResource: money, toNobody: money }),
});

const compared = { effective: money, estimate: money, difference: money, differencePercent: z.number().optional() };
const spend = z.object({
  ...compared,
  stacks: z.array(z.object({ stack: z.string().optional(), stackSet: z.string().optional(), ...compared })),
  unattributed: z.object({ effective: money }).optional(),
});

interface ImportOptions {
  readonly add?: boolean;
  readonly replace?: boolean;
  readonly json?: boolean;
}

interface ShowOptions {
  readonly stackSet?: string;
  readonly team?: string;
  readonly json?: boolean;
}

/** `meridian spend`: what was really spent, imported and beside the estimate. */
export function spendCommand(world: World): Command {
  const command = new Command("spend").description("import what was really spent, and show it beside the estimates");

  command
    .command("import <file>")
    .description("import a FOCUS 1.x or AWS Cost and Usage Report export: CSV, plain or gzip")
    .option("--replace", "it is newer than what was imported for its periods, and has all of them")
    .option("--add", "it is a further part of its periods")
    .option("--json", "print JSON")
    .action(async (file: string, { add, replace, json }: ImportOptions) => {
      if (add === true && replace === true) throw new CliError("bad-option", "give either --add or --replace");
      const period = add === true ? "add" : replace === true ? "replace" : undefined;
      const content = { stream: await streamOf(file), type: (await isGzip(file)) ? "application/gzip" : "text/csv" };
      const request = { method: "POST", query: { period }, content } as const;
      const { body } = await apiClient(world).ask("/v1/spend", spendImport, request);
      if (json === true) return printJson(world, body);
      printFields(world, [
        ["format", body.format],
        ["rows", String(body.rows)],
        ["billed", text(body.billed)],
        ["attributed by tags", text(body.attributed.byTags)],
        ["by resource ids", text(body.attributed.byResource)],
        ["nobody's", text(body.attributed.toNobody)],
      ]);
      const rows = body.periods.map(({ period: month, account, outcome }) => [month, account, outcome]);
      printTable(world, ["period", "account", "outcome"], rows);
    });

  command
    .command("show <month>")
    .description("what the stacks cost in a month, as 2026-11, beside the estimate")
    .option("--stack-set <name>", "of one stack set")
    .option("--team <team>", "whose, for an admin")
    .option("--json", "print JSON")
    .action(async (month: string, { stackSet, team, json }: ShowOptions) => {
      const query = { month, stackSet, team };
      const { body } = await apiClient(world).ask("/v1/spend", spend, { query });
      if (json === true) return printJson(world, body);
      const row = (name: string, of: z.output<typeof spend>["stacks"][number]): string[] => [
        name,
        text(of.effective),
        text(of.estimate),
        text(of.difference),
        of.differencePercent === undefined ? "" : `${of.differencePercent} %`,
      ];
      const stacks = body.stacks.map((of) => row(of.stack ?? `${of.stackSet ?? ""} (no one stack)`, of));
      printTable(world, ["stack", "spent", "estimate", "difference", ""], [...stacks, row("all", body)]);
      if (body.unattributed) printFields(world, [["nobody's", text(body.unattributed.effective)]]);
    });
  return command;
}

const text = ({ amount, currency }: z.output<typeof money>): string => `${amount} ${currency}`;

async function streamOf(file: string): Promise<ReadableStream> {
  await firstBytes(file); // so that a file that cannot be read is told of before anything is sent
  return Readable.toWeb(createReadStream(file)) as ReadableStream; // Node's own type of the same thing
}

/** By its first two bytes (RFC 1952, section 2.3.1), whatever it is called. */
const isGzip = async (file: string): Promise<boolean> => (await firstBytes(file)).equals(Buffer.from([0x1f, 0x8b]));

async function firstBytes(file: string): Promise<Buffer> {
  try {
    await using handle = await open(file);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.subarray(0, bytesRead);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError("bad-option", `the export cannot be read: ${reason}`, { cause });
  }
}
