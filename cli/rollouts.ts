import { Command } from "commander";
import { apiClient, problemText } from "./apiClient.ts";
import { printFields, printJson, printTable } from "./print.ts";
import { type Rollout, rollout } from "./shapes.ts";
import { watch } from "./watch.ts";
import type { Outcome, World } from "./world.ts";

/** `meridian rollouts`: the operations of one change of a stack set, region after region. */
export function rolloutsCommand(world: World, outcome: Outcome): Command {
  const command = new Command("rollouts").description(
    "look at, follow or cancel a rollout over the regions of a stack set",
  );
  const ask = async (id: string, method: "GET" | "POST", action = "") => {
    const { body } = await apiClient(world).ask(`${pathOf(id)}${action}`, rollout, { method });
    return body;
  };
  const show = (found: Rollout, json: boolean | undefined) =>
    json === true ? printJson(world, found) : printRollout(world, found);

  command
    .command("get <id>")
    .description("show a rollout")
    .option("--json", "print JSON")
    .action(async (id: string, { json }: { json?: boolean }) => show(await ask(id, "GET"), json));
  command
    .command("watch <id>")
    .description("follow a rollout to its end; the exit code is 0 when it succeeded")
    .option("--json", "print one JSON object a line")
    .action((id: string, { json }: { json?: boolean }) => watchRollout({ world, outcome }, id, json));
  command
    .command("cancel <id>")
    .description("ask for a rollout to be cancelled")
    .option("--json", "print JSON")
    .action(async (id: string, { json }: { json?: boolean }) => show(await ask(id, "POST", "/cancel"), json));
  return command;
}

/** Follows a rollout to its end; also what `--watch` of a change does. */
export async function watchRollout(
  io: { readonly world: World; readonly outcome: Outcome },
  id: string,
  json: boolean | undefined,
): Promise<void> {
  const print = (found: Rollout) => printRollout(io.world, found);
  await watch(apiClient(io.world), io, { path: pathOf(id), schema: rollout, json, print });
}

export function printRollout(world: World, found: Rollout): void {
  printFields(world, [
    ["rollout", found.id],
    ["kind", found.kind],
    ["stack set", found.stackSet],
    ["status", found.status],
    ["created", found.createdAt],
    ["finished", found.finishedAt],
    ["error", found.error === undefined ? undefined : problemText(found.error)],
  ]);
  world.out("\n");
  const rows = found.regions.map((region) => [region.region, region.status, region.operation ?? ""]);
  printTable(world, ["region", "status", "operation"], rows);
}

function pathOf(id: string): string {
  return `/v1/rollouts/${encodeURIComponent(id)}`;
}
