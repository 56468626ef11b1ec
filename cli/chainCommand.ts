import { Command } from "commander";
import { z } from "zod";
import { apiClient } from "./apiClient.ts";
import { type ReadHeads, readHeads } from "./heads.ts";
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

/** A verification with what the heads themselves tell. */
interface Verified {
  readonly found: Verification;
  readonly heads: Pick<ReadHeads, "leftAside" | "cutOff"> | undefined;
  /** Whether the chain is whole in itself, and not one of the heads is in it. */
  readonly foreign: boolean;
}

/** A chain of records that the service can be asked to verify. */
interface Chain {
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
  of: Chain,
): Command {
  return new Command("verify")
    .description(`compute the chain of the ${of.name}; exit code 1 when it is broken`)
    .option("--heads <place>", `compare with heads kept elsewhere: ${of.heads}`)
    .option("--restore <id...>", "restores from a backup that you know of: what they took away is no fault")
    .option("--json", "print JSON")
    .action(async (options: Options) => {
      const verified = await verify(world, of, options);
      const { found } = verified;
      const known = new Set(options.restore);
      const excused = found.faults.every(({ restore }) => restore !== undefined && known.has(restore));
      if (found.status !== "intact" && !excused) outcome.exitCode = 1;
      if (options.json === true) return printJson(world, found);
      show(world, of, verified);
    });
}

async function verify(world: World, { path }: Chain, { heads: place }: Options): Promise<Verified> {
  const heads = place === undefined ? undefined : await readHeads(place);
  const asked = { query: heads === undefined ? {} : { heads: heads.query } };
  const { body } = await apiClient(world).ask(path, verification, asked);
  const foreign = heads !== undefined && isForeign(body, heads);
  if (heads === undefined || heads.gaps.length === 0) return { found: body, heads, foreign };
  const missing = heads.gaps.map((gap) => ({ ...gap, fault: "head-removed" }));
  return { found: { ...body, status: "broken", faults: [...body.faults, ...missing] }, heads, foreign };
}

function isForeign({ faults, head }: Verification, { positions }: ReadHeads): boolean {
  const rewritten = new Set(faults.filter(({ fault }) => fault === "rewritten").map(({ position }) => position));
  const whole = faults.every(({ fault }) => fault === "rewritten" || fault === "cut-off");
  return whole && positions.every((position) => rewritten.has(position) || position > head.position);
}

function show(world: World, { name }: Chain, { found, heads, foreign }: Verified): void {
  const { status, records, head, headsCompared, uncovered, late, faults } = found;
  const torn = heads?.cutOff === true ? ", the last one cut off" : "";
  printFields(world, [
    [name, status],
    ["records", String(records)],
    ["head", `${head.position} ${head.hash}`],
    ["compared with", `${headsCompared} heads from elsewhere`],
    ["left aside", (heads?.leftAside ?? 0) === 0 ? undefined : `${heads?.leftAside} lines that are no heads${torn}`],
    ["uncovered", uncovered === 0 || headsCompared === 0 ? undefined : `${uncovered} records after the last of them`],
    ["late", late === 0 ? undefined : `${late} records wait for their place in the chain`],
  ]);
  for (const { position, fault, detail } of faults) world.out(`${fault} at ${position}: ${detail}\n`);
  if (status === "restored")
    world.err("If you know of these restores, name each by --restore; whoever owns the database can invent one.\n");
  if (foreign)
    world.err(
      "None of these heads is in the chain, which is whole in itself: they are of another database, or all of it was computed anew.\n",
    );
  if (headsCompared > 0) return;
  world.err("Without --heads a chain that was changed and computed anew looks intact.\n");
}
