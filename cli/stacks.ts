import { Command } from "commander";
import { apiClient } from "./apiClient.ts";
import { standingCostText } from "./costText.ts";
import { printFields, printJson, printTable } from "./print.ts";
import { stack } from "./shapes.ts";
import type { World } from "./world.ts";

/** `meridian stacks`: one Pulumi stack in one region. */
export function stacksCommand(world: World): Command {
  const command = new Command("stacks").description("list stacks, or show one with its outputs");
  command
    .command("list")
    .description("list stacks")
    .option("--team <team>", "whose, for an admin")
    .option("--json", "print JSON")
    .action(async ({ team, json }: { team?: string; json?: boolean }) => {
      const items = await apiClient(world).askAll("/v1/stacks", stack, { team });
      if (json === true) return printJson(world, { items });
      const rows = items.map((item) => [item.name, item.status, String(item.resourceCount), item.cloud ?? ""]);
      printTable(world, ["name", "status", "resources", "cloud"], rows);
    });
  command
    .command("get <name>")
    .description("show a stack, such as launch.sandbox.eu-west-1")
    .option("--team <team>", "whose, for an admin")
    .option("--json", "print JSON")
    .action(async (name: string, { team, json }: { team?: string; json?: boolean }) => {
      const path = `/v1/stacks/${encodeURIComponent(name)}`;
      const { body } = await apiClient(world).ask(path, stack, { query: { team } });
      if (json === true) return printJson(world, body);
      printFields(world, [
        ["stack", body.name],
        ["team", body.team],
        ["target", body.target],
        ["cloud", body.cloud],
        ["region", body.region],
        ["status", body.status],
        ["resources", String(body.resourceCount)],
        ["cost", body.estimate && standingCostText(body.estimate)],
      ]);
      const outputs = Object.entries(body.outputs ?? {}).map(([key, value]) => [key, outputText(value)]);
      const stale = (body.stale ?? []).map(({ input, from, output, old, new: now }) => [
        input,
        `${output} of ${from}`,
        outputText(old),
        now === undefined ? "gone" : outputText(now),
      ]);
      if (outputs.length > 0) printUnder(world, ["output", "value"], outputs);
      if (stale.length > 0) printUnder(world, ["stale input", "takes", "brought up with", "is now"], stale);
    });
  return command;
}

function printUnder(world: World, heading: readonly string[], rows: readonly (readonly string[])[]): void {
  world.out("\n");
  printTable(world, heading, rows);
}

function outputText(value: unknown): string {
  if (typeof value === "string") return value;
  const isSecret = typeof value === "object" && value !== null && "secret" in value && value.secret === true;
  return isSecret ? "[secret]" : JSON.stringify(value);
}
