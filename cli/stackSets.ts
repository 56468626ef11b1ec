import { readFile } from "node:fs/promises";
import { Command } from "commander";
import { type ApiAnswer, type ApiClient, apiClient } from "./apiClient.ts";
import { CliError } from "./cliError.ts";
import { printFields, printJson, printTable } from "./print.ts";
import { printRollout, watchRollout } from "./rollouts.ts";
import { type Rollout, rollout, stackSet } from "./shapes.ts";
import type { Outcome, World } from "./world.ts";

interface ShowOptions {
  readonly team?: string;
  readonly json?: boolean;
}

interface ChangeOptions extends ShowOptions {
  readonly region?: readonly string[];
  readonly inputs?: string;
  readonly blueprintDigest?: string;
  readonly watch?: boolean;
}

/** `meridian stack-sets`: one blueprint with its inputs in a list of regions. */
export function stackSetsCommand(world: World, outcome: Outcome): Command {
  const command = new Command("stack-sets").description("ask for stack sets, change them, tear them down");
  const client = () => apiClient(world);
  const begun = async ({ body }: ApiAnswer<Rollout>, { json, watch }: ChangeOptions) => {
    if (watch === true) return watchRollout({ world, outcome }, body.id, json);
    if (json === true) return printJson(world, body);
    printRollout(world, body);
    world.out(`\nFollow it with: meridian rollouts watch ${body.id}\n`);
  };

  common(command.command("create <name>").description("create a stack set, and its stacks region after region"))
    .requiredOption("--blueprint <blueprint>", "what to build")
    .option("--target <target>", "where stacks may go; the service takes its sandbox without it")
    .requiredOption("--region <regions...>", "in the order in which they are built")
    .option("--inputs <json>", "the blueprint's inputs: a JSON object, or @file")
    .option("--watch", "follow the rollout to its end")
    .action(async (name: string, options: ChangeOptions & { blueprint: string; target?: string }) => {
      const { blueprint, target, region: regions, team } = options;
      const body = { name, blueprint, target, regions, inputs: (await inputsOf(options.inputs)) ?? {}, team };
      await begun(await client().ask("/v1/stack-sets", rollout, { method: "POST", body }), options);
    });

  common(command.command("list").description("list stack sets")).action(async ({ team, json }: ShowOptions) => {
    const items = await client().askAll("/v1/stack-sets", stackSet, { team });
    if (json === true) return printJson(world, { items });
    const rows = items.map((item) => [
      item.name,
      item.blueprint,
      `${item.target} (${item.cloud})`,
      item.status,
      item.regions.join(" "),
    ]);
    printTable(world, ["name", "blueprint", "target", "status", "regions"], rows);
  });

  common(command.command("get <name>").description("show a stack set")).action(
    async (name: string, { team, json }: ShowOptions) => {
      const { body } = await client().ask(pathOf(name), stackSet, { query: { team } });
      if (json === true) return printJson(world, body);
      printFields(world, [
        ["stack set", body.name],
        ["team", body.team],
        ["blueprint", body.blueprint],
        ["target", `${body.target} (${body.cloud})`],
        ["regions", body.regions.join(" ")],
        ["status", body.status],
        ["generation", String(body.generation)],
        ["inputs", JSON.stringify(body["inputs"])],
        ["dependents", body.dependents?.join(" ") || undefined],
      ]);
      const { dependsOn = [] } = body;
      if (dependsOn.length === 0) return;
      world.out("\n");
      const rows = dependsOn.map(({ input, from, output, region }) => [input, from, output, region ?? "the same"]);
      printTable(world, ["depends on", "of", "output", "region"], rows);
    },
  );

  common(command.command("update <name>").description("change regions or inputs, and roll the change out"))
    .option("--region <regions...>", "all regions it shall have, in order")
    .option("--inputs <json>", "inputs to change, as a JSON merge patch: null removes one; or @file")
    .option(
      "--blueprint-digest <digest>",
      'move all its stacks to another artefact of the blueprint, or to the "latest"',
    )
    .option("--watch", "follow the rollout to its end")
    .action(async (name: string, options: ChangeOptions) => {
      const { region: regions, blueprintDigest } = options;
      const body = { regions, inputs: await inputsOf(options.inputs), blueprintDigest };
      if (regions === undefined && body.inputs === undefined && blueprintDigest === undefined) {
        throw new CliError("bad-option", "nothing to change: give --region, --inputs or --blueprint-digest");
      }
      await begun(await update(client(), name, { body, team: options.team }), options);
    });

  common(command.command("delete <name>").description("tear all its stacks down"))
    .option("--watch", "follow the rollout to its end")
    .action(async (name: string, options: ChangeOptions) => {
      const query = { team: options.team };
      await begun(await client().ask(pathOf(name), rollout, { method: "DELETE", query }), options);
    });
  return command;
}

/** Reads first, so that a change by somebody else in between is refused instead of overwritten. */
async function update(
  client: ApiClient,
  name: string,
  change: { readonly body: unknown; readonly team: string | undefined },
): Promise<ApiAnswer<Rollout>> {
  const query = { team: change.team };
  const { etag } = await client.ask(pathOf(name), stackSet, { query });
  const headers = etag === undefined ? {} : { "if-match": etag };
  return client.ask(pathOf(name), rollout, { method: "PATCH", query, body: change.body, headers });
}

/** @throws CliError `bad-option` when it is not a JSON object or its file cannot be read. */
async function inputsOf(option: string | undefined): Promise<unknown> {
  if (option === undefined) return undefined;
  try {
    const text = option.startsWith("@") ? await readFile(option.slice(1), "utf8") : option;
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CliError("bad-option", `--inputs cannot be read: ${reason}`, { cause });
  }
  throw new CliError("bad-option", `--inputs is not a JSON object: ${option}`);
}

function common(command: Command): Command {
  return command.option("--team <team>", "whose, for an admin").option("--json", "print JSON");
}

function pathOf(name: string): string {
  return `/v1/stack-sets/${encodeURIComponent(name)}`;
}
