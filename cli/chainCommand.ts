import { Command } from "commander";
import { z } from "zod";
import { apiClient } from "./apiClient.ts";
import { readHeads } from "./heads.ts";
import { printFields, printJson } from "./print.ts";
import type { Outcome, World } from "./world.ts";

const verification = z.looseObject({
  status: z.enum(["intact", "restored", "broken"]),
  records: z.number(),
  head: z.object({ position: z.number(), hash: z.string() }),
  headsCompared: z.number(),
  uncovered: z.number(),
  late: z.number(),
  faults: z.array(
    z.object({ position: z.number(), fault: z.string(), detail: z.string(), restore: z.string().optional() }),
  ),
});
type Verification = z.output<typeof verification>;

/** A chain of records that the service can be asked to verify. */
interface Verified {
  /** As in `audit log`. */
  readonly name: string;
  readonly path: string;
  /** What may be named by `--heads`. */
  readonly heads: string;
}

interface Options {
  readonly heads?: string;
  readonly restore?: readonly string[];
  readonly json?: boolean;
}

/** `verify`: whether a chain of records is what it was. Exit code 1 when it is not, or a restore that was not named has taken some. */
export function chainCommand(
  { world, outcome }: { readonly world: World; readonly outcome: Outcome },
  of: Verified,
): Command {
  return new Command("verify")
    .description(`compute the chain of the ${of.name}; exit code 1 when it is broken`)
    .option("--heads <place>", `compare with heads kept elsewhere: ${of.heads}`)
    .option("--restore <id...>", "restores from a backup that you know of: what they took away is no fault")
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const found = await verify(world, of, options);
      const known = new Set(options.restore);
      const excused = found.faults.every(({ restore }) => restore !== undefined && known.has(restore));
      if (found.status !== "intact" && !excused) outcome.exitCode = 1;
      if (options.json === true) return printJson(world, found);
      show(world, of, found);
    });
}

async function verify(world: World, { path }: Verified, { heads }: Options): Promise<Verification> {
  const { query, gaps } = heads === undefined ? { query: undefined, gaps: [] } : await readHeads(heads);
  const asked = { query: query === undefined ? {} : { heads: query } };
  const { body } = await apiClient(world).ask(path, verification, asked);
  if (gaps.length === 0) return body;
  const missing = gaps.map((gap) => ({ ...gap, fault: "head-removed" }));
  return { ...body, status: "broken", faults: [...body.faults, ...missing] };
}

function show(world: World, { name }: Verified, found: Verification): void {
  const { status, records, head, headsCompared, uncovered, late, faults } = found;
  printFields(world, [
    [name, status],
    ["records", String(records)],
    ["head", `${head.position} ${head.hash}`],
    ["compared with", `${headsCompared} heads from elsewhere`],
    ["uncovered", uncovered === 0 || headsCompared === 0 ? undefined : `${uncovered} records after the last of them`],
    ["late", late === 0 ? undefined : `${late} records wait for their place in the chain`],
  ]);
  for (const { position, fault, detail } of faults) world.out(`${fault} at ${position}: ${detail}\n`);
  if (status === "restored")
    world.err("If you know of these restores, name each by --restore; whoever owns the database can invent one.\n");
  if (headsCompared > 0) return;
  world.err("Without --heads a chain that was changed and computed anew looks intact.\n");
}
