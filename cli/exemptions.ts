import { Command } from "commander";
import { z } from "zod";
import { apiClient } from "./apiClient.ts";
import { CliError } from "./cliError.ts";
import { printFields, printJson, printTable } from "./print.ts";
import type { World } from "./world.ts";

const exemption = z.looseObject({
  id: z.string(),
  team: z.string(),
  policy: z.string(),
  scope: z.looseObject({
    stackSet: z.string().optional(),
    stack: z.string().optional(),
    region: z.string().optional(),
    urn: z.string().optional(),
  }),
  ceiling: z.number().optional(),
  reason: z.string(),
  status: z.string(),
  requester: z.string(),
  decided: z.looseObject({ person: z.string() }).optional(),
  startsAt: z.string().optional(),
  endsAt: z.string(),
  uses: z.number(),
  maxUses: z.number().optional(),
  warnings: z.array(z.string()),
});
type Exemption = z.output<typeof exemption>;

interface AskOptions {
  readonly stack?: string;
  readonly stackSet?: string;
  readonly region?: string;
  readonly urn?: string;
  readonly ceiling?: string;
  readonly starts?: string;
  readonly ends: string;
  readonly maxUses?: string;
  readonly reason: string;
  readonly team?: string;
  readonly json?: boolean;
}

interface ListOptions {
  readonly status?: string;
  readonly policy?: string;
  readonly stack?: string;
  readonly stackSet?: string;
  readonly unused?: boolean;
  readonly unusedForDays?: string;
  readonly expiringInDays?: string;
  readonly team?: string;
  readonly json?: boolean;
}

const path = "/v1/exemptions";
const decisions = {
  approve: "approve what another person asked for",
  reject: "reject what was asked for",
  withdraw: "end an exemption, or the request for one, at once",
} as const;

/** `meridian exemptions`: permissions to break one policy in one scope for some time. */
export function exemptionsCommand(world: World): Command {
  const command = new Command("exemptions").description("ask for exemptions from a policy, approve and withdraw them");
  const client = () => apiClient(world);
  const told = (body: Exemption, json: boolean | undefined) =>
    json === true ? printJson(world, body) : show(world, body);

  common(command.command("ask <policy>").description("ask for one; another person approves it"))
    .option("--stack <stack>", "one stack")
    .option("--stack-set <name>", "the stacks of one stack set")
    .option("--region <region>", "the stacks in one region")
    .option("--urn <pattern>", "resources; * stands for any text")
    .option("--ceiling <figure>", "of a policy that holds a figure under a limit: the largest that is let through")
    .option("--starts <time>", "from when on, as 2026-12-01T18:00:00Z; from the approval on without it")
    .requiredOption("--ends <time>", "until when")
    .option("--max-uses <count>", "how many operations may take steps by it")
    .requiredOption("--reason <sentence>", "why")
    .action(async (policy: string, options: AskOptions) => {
      const { stack, stackSet, region, urn, reason, team } = options;
      const body = {
        ...{ policy, team, reason, scope: { stack, stackSet, region, urn } },
        ...{ startsAt: options.starts, endsAt: options.ends },
        ceiling: numberOf("--ceiling", options.ceiling),
        maxUses: numberOf("--max-uses", options.maxUses),
      };
      const answer = await client().ask(path, exemption, { method: "POST", body });
      told(answer.body, options.json);
      if (options.json !== true)
        world.out(`\nAnother person approves it with: meridian exemptions approve ${answer.body.id}\n`);
    });

  common(command.command("list").description("list exemptions, newest first"))
    .option("--status <status>", "requested, approved, active, rejected, withdrawn, expired or exhausted")
    .option("--policy <policy>", "from one policy")
    .option("--stack <stack>", "for one stack")
    .option("--stack-set <name>", "for one stack set")
    .option("--unused", "those that have never let anything through")
    .option("--unused-for-days <days>", "those in force that have let nothing through for so long")
    .option("--expiring-in-days <days>", "those in force that end within so many days")
    .action(async ({ json, unused, ...query }: ListOptions) => {
      const asked = { ...query, ...(unused === true && { unused: "true" }) };
      const items = await client().askAll(path, exemption, asked);
      if (json === true) return printJson(world, { items });
      const heading = ["id", "policy", "scope", "status", "uses", "ends"];
      const rows = items.map((item) => [item.id, item.policy, scopeOf(item), item.status, usesOf(item), item.endsAt]);
      printTable(world, heading, rows);
    });

  common(command.command("show <id>").description("show one")).action(
    async (id: string, { json }: { json?: boolean }) =>
      told((await client().ask(`${path}/${encodeURIComponent(id)}`, exemption)).body, json),
  );

  for (const [decision, description] of Object.entries(decisions))
    common(command.command(`${decision} <id>`).description(description)).action(
      async (id: string, { json }: { json?: boolean }) => {
        const answer = await client().ask(`${path}/${encodeURIComponent(id)}/${decision}`, exemption, {
          method: "POST",
        });
        told(answer.body, json);
      },
    );
  return command;
}

const common = (command: Command): Command =>
  command.option("--team <team>", "whose, for an admin").option("--json", "print JSON");

/** @throws CliError `bad-option` for what is no number */
function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text.trim() === "" || !Number.isFinite(number))
    throw new CliError("bad-option", `${option} is no number: ${text}`);
  return number;
}

const scopeOf = ({ scope: { stackSet, stack, region, urn }, team }: Exemption): string =>
  [stack ?? stackSet ?? `all of ${team}`, region, urn].filter((part) => part !== undefined).join(" ");

const usesOf = ({ uses, maxUses }: Exemption): string =>
  maxUses === undefined ? String(uses) : `${uses} of ${maxUses}`;

function show(world: World, item: Exemption): void {
  printFields(world, [
    ["exemption", item.id],
    ["policy", item.policy],
    ["scope", scopeOf(item)],
    ["ceiling", item.ceiling === undefined ? undefined : String(item.ceiling)],
    ["status", item.status],
    ["reason", item.reason],
    ["asked for by", item.requester],
    ["decided by", item.decided?.person],
    ["starts", item.startsAt],
    ["ends", item.endsAt],
    ["uses", usesOf(item)],
    ["warning", item.warnings.join("; ") || undefined],
  ]);
}
