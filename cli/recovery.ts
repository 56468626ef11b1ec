import { Command } from "commander";
import { z } from "zod";
import { type ApiClient, apiClient } from "./apiClient.ts";
import { CliError } from "./cliError.ts";
import { plain, printFields, printJson, printTable } from "./print.ts";
import type { World } from "./world.ts";

const counts = z.record(z.string(), z.number());
const quarantine = z.looseObject({
  status: z.string(),
  backupMadeAt: z.string().optional(),
  restoredAt: z.string().optional(),
  releasedAt: z.string().optional(),
  open: counts,
  total: counts,
  unasked: z.array(z.string()),
});
const divergence = z.looseObject({
  id: z.string(),
  kind: z.string(),
  team: z.string().optional(),
  project: z.string(),
  stack: z.string(),
  urn: z.string(),
  cloudId: z.string().optional(),
  status: z.string(),
  changed: z.array(z.string()),
  removal: z.string().optional(),
});
const settled = z.looseObject({ settled: z.number() });

type Divergence = z.output<typeof divergence>;

interface SettleOptions {
  readonly stack?: string;
  readonly all?: boolean;
  readonly team?: string;
  readonly json?: boolean;
}

/** `meridian recovery`: what a restored service must settle before it changes anything. */
export function recoveryCommand(world: World): Command {
  const command = new Command("recovery").description("settle what differs from the cloud after a restore");
  const client = () => apiClient(world);

  command
    .command("status")
    .description("show the quarantine")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) =>
      show(world, (await client().ask("/v1/quarantine", quarantine)).body, json),
    );
  command
    .command("list")
    .description("list what differs; --again looks at the clouds anew")
    .option("--again", "look at the clouds anew")
    .option("--status <status>", "open, adopted or forgotten", "open")
    .option("--stack <stack>", "one stack, such as launch.sandbox.eu-west-1 or project/name")
    .option("--json", "print JSON")
    .action(
      async ({ again, status, stack, json }: { again?: boolean; status: string; stack?: string; json?: boolean }) => {
        if (again === true) await client().ask("/v1/quarantine/listing", quarantine, { method: "POST" });
        const { body } = await client().ask("/v1/quarantine", quarantine);
        if (body.status === "listing")
          throw new CliError("problem", "the divergences are still being listed: try again in a moment");
        const items = await client().askAll("/v1/divergences", divergence, { status, stack, pageSize: "200" });
        if (json === true) return printJson(world, { items });
        printTable(world, ["id", "kind", "stack", "resource"], items.map(row));
      },
    );
  for (const way of ["adopt", "forget"] as const) {
    command
      .command(`${way} [id]`)
      .description(
        way === "adopt"
          ? "take what the cloud has into the state"
          : "let go of what has gone from the cloud; by its id also of what the state shall not know",
      )
      .option("--stack <stack>", "everything of one stack that this is meant for")
      .option("--all", "the same for every stack")
      .option("--team <team>", "whose it shall be, where that cannot be told")
      .option("--json", "print JSON")
      .action(async (id: string | undefined, options: SettleOptions) => settle(world, client(), { id, way, options }));
  }
  command
    .command("release")
    .description("end the quarantine: everything may change again")
    .option("--override", "also with divergences open, or clouds that could not be asked")
    .option("--json", "print JSON")
    .action(async ({ override, json }: { override?: boolean; json?: boolean }) => {
      const body = { override: override === true };
      const answer = await client().ask("/v1/quarantine/release", quarantine, { method: "POST", body });
      show(world, answer.body, json);
    });
  return command;
}

interface SettleRequest {
  readonly id: string | undefined;
  readonly way: "adopt" | "forget";
  readonly options: SettleOptions;
}

async function settle(world: World, client: ApiClient, { id, way, options }: SettleRequest): Promise<void> {
  const { stack, all, team, json } = options;
  if ([id, stack, all].filter((each) => each !== undefined).length !== 1)
    throw new CliError("bad-option", `say what to ${way}: the id of a divergence, --stack <stack>, or --all`);
  if (id !== undefined) {
    const path = `/v1/divergences/${encodeURIComponent(id)}/${way}`;
    const { body } = await client.ask(path, divergence, { method: "POST", query: { team } });
    if (json === true) return printJson(world, body);
    world.out(`${body.id} is ${body.status}.\n`);
    if (way === "forget" && body.removal !== undefined)
      world.out(`It still stands in the cloud. To take it away: ${plain(body.removal)}\n`);
    return;
  }
  const stacks = stack === undefined ? await openStacks(client) : [{ stack, team }];
  let count = 0;
  for (const each of stacks) {
    const body = { stack: each.stack, team: team ?? each.team };
    count += (await client.ask(`/v1/divergences/${way}`, settled, { method: "POST", body })).body.settled;
  }
  if (json === true) return printJson(world, { settled: count });
  world.out(`${count} settled, of ${stacks.length} stacks.\n`);
}

/** As a stack is named under /v1: a foreign one with its project. */
async function openStacks(client: ApiClient): Promise<readonly { stack: string; team: string | undefined }[]> {
  const open = await client.askAll("/v1/divergences", divergence, { status: "open", pageSize: "200" });
  const stacks = new Map(
    open.map((each) => [`${each.team} ${nameOf(each)}`, { stack: nameOf(each), team: each.team }]),
  );
  return [...stacks.values()];
}

const nameOf = ({ project, stack }: Divergence): string => (project === "meridian" ? stack : `${project}/${stack}`);

function row(each: Divergence): readonly string[] {
  const [name, type] = each.urn.split("::").toReversed();
  const what = `${type?.split("$").at(-1)} ${name} ${each.cloudId ?? ""} ${each.changed.join(" ")}`.trimEnd();
  return [each.id, each.kind, `${each.team ?? "?"}/${nameOf(each)}`, what];
}

function show(world: World, found: z.output<typeof quarantine>, json: boolean | undefined): void {
  if (json === true) {
    printJson(world, found);
    return;
  }
  const open = Object.entries(found.open).map(([kind, count]) => `${count} ${kind}`);
  printFields(world, [
    ["status", found.status],
    ["backup of", found.backupMadeAt],
    ["restored", found.restoredAt],
    ["open", found.status === "none" ? undefined : open.join(", ")],
    ["not asked", found.unasked.length === 0 ? undefined : found.unasked.join(", ")],
    ["released", found.releasedAt],
  ]);
}
