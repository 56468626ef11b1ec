import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { z } from "zod";
import { type ApiClient, apiClient } from "./apiClient.ts";
import { CliError } from "./cliError.ts";
import { printFields, printJson } from "./print.ts";
import type { Outcome, World } from "./world.ts";

const verification = z.looseObject({
  status: z.enum(["intact", "broken"]),
  records: z.number(),
  head: z.object({ position: z.number(), hash: z.string() }),
  headsCompared: z.number(),
  late: z.number(),
  faults: z.array(z.object({ position: z.number(), fault: z.string(), detail: z.string() })),
});
type Verification = z.output<typeof verification>;

const headLine = z.object({ position: z.number().int().positive(), hash: z.string().regex(/^[0-9a-f]{64}$/) });
type Head = z.output<typeof headLine>;

/** As many heads as one question takes. */
const MOST_HEADS = 100;

/** `meridian audit`: whether the log of who did what is what it was. */
export function auditCommand(world: World, outcome: Outcome): Command {
  const command = new Command("audit").description("prove that the audit log was not changed");
  command
    .command("verify")
    .description("compute the chain of the audit log; exit code 1 when it is broken")
    .option("--heads <file>", "compare with heads kept elsewhere: a heads file, or what MERIDIAN_AUDIT_SINK wrote")
    .option("--json", "print JSON")
    .action(async ({ heads, json }: { heads?: string; json?: boolean }) => {
      const found = await verify(apiClient(world), heads === undefined ? [] : await readHeads(heads));
      if (found.status === "broken") outcome.exitCode = 1;
      if (json === true) return printJson(world, found);
      show(world, found);
    });
  return command;
}

async function verify(api: ApiClient, heads: readonly Head[]): Promise<Verification> {
  const query = heads.length === 0 ? {} : { heads: heads.map(({ position, hash }) => `${position}:${hash}`).join(",") };
  return (await api.ask("/v1/audit-log/verification", verification, { query })).body;
}

/**
 * The last head of the file, and others evenly from it: any one of them tells of a log that was rewritten before it, and
 * several tell from where on.
 */
async function readHeads(file: string): Promise<readonly Head[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new CliError("bad-option", `The heads file ${file} cannot be read. Name the file that the service writes.`, {
      cause,
    });
  });
  const heads = text.split("\n").flatMap((line) => headIn(line) ?? []);
  if (heads.length === 0) {
    throw new CliError("bad-option", `${file} has no head in it: no line is JSON with position and hash.`);
  }
  const step = Math.max(1, Math.ceil(heads.length / MOST_HEADS));
  return heads.filter((_, index) => (heads.length - 1 - index) % step === 0);
}

/** A line that was cut off, or is somebody else's, tells nothing. */
function headIn(line: string): Head | undefined {
  try {
    return headLine.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

function show(world: World, { status, records, head, headsCompared, late, faults }: Verification): void {
  printFields(world, [
    ["audit log", status],
    ["records", String(records)],
    ["head", `${head.position} ${head.hash}`],
    ["compared with", `${headsCompared} heads from elsewhere`],
    ["late", late === 0 ? undefined : `${late} records wait for their place in the chain`],
  ]);
  for (const { position, fault, detail } of faults) world.out(`${fault} at ${position}: ${detail}\n`);
  if (headsCompared > 0) return;
  world.err("Without --heads a log that was changed and chained anew looks intact.\n");
}
