import { Command } from "commander";
import { type ApiClient, apiClient, problemText } from "./apiClient.ts";
import { costText } from "./costText.ts";
import { printFields, printJson, printTable } from "./print.ts";
import { type Changes, type Operation, operation } from "./shapes.ts";
import { watch } from "./watch.ts";
import type { Outcome, World } from "./world.ts";

/** `meridian operations`: one preview, up, refresh or destroy of one stack. */
export function operationsCommand(world: World, outcome: Outcome): Command {
  const command = new Command("operations").description("look at, follow or cancel an operation on a stack");
  const ask = async (id: string, method: "GET" | "POST", action = "") => {
    const { body } = await client().ask(`${pathOf(id)}${action}`, operation, { method });
    return body;
  };
  const client = (): ApiClient => apiClient(world);
  const show = (found: Operation, json: boolean | undefined) =>
    json === true ? printJson(world, found) : printOperation(world, found);

  command
    .command("get <id>")
    .description("show an operation")
    .option("--json", "print JSON")
    .action(async (id: string, { json }: { json?: boolean }) => show(await ask(id, "GET"), json));
  command
    .command("watch <id>")
    .description("follow an operation to its end; the exit code is 0 when it succeeded")
    .option("--json", "print one JSON object a line")
    .action(async (id: string, { json }: { json?: boolean }) => {
      const print = (found: Operation) => printOperation(world, found);
      await watch(client(), { world, outcome }, { path: pathOf(id), schema: operation, json, print });
    });
  command
    .command("cancel <id>")
    .description("ask for an operation to be cancelled")
    .option("--json", "print JSON")
    .action(async (id: string, { json }: { json?: boolean }) => show(await ask(id, "POST", "/cancel"), json));
  return command;
}

function pathOf(id: string): string {
  return `/v1/operations/${encodeURIComponent(id)}`;
}

function printOperation(world: World, found: Operation): void {
  printFields(world, [
    ["operation", found.id],
    ["kind", found.kind],
    ["stack", `${found.stack} (${found.cloud})`],
    ["status", found.attempt > 1 ? `${found.status} (attempt ${found.attempt})` : found.status],
    ["created", found.createdAt],
    ["finished", found.finishedAt],
    ["planned", changesText(found.changes)],
    ["applied", changesText(found.applied)],
    ["cost", found.estimate === undefined ? undefined : costText(found.estimate)],
    ["error", found.error === undefined ? undefined : problemText(found.error)],
  ]);
  if (found.verdicts.length > 0) {
    world.out("\n");
    const rows = found.verdicts.map((verdict) => [verdict.level, verdict.policy, verdict.message, verdict.remediation]);
    printTable(world, ["level", "policy", "message", "remedy"], rows);
  }
  if (found.suspects.length > 0) {
    world.out("\nIn flight when the engine died, and not settled:\n");
    for (const { urn } of found.suspects) world.out(`  ${urn}\n`);
  }
}

function changesText(changes: Changes): string | undefined {
  const kinds = ["create", "update", "replace", "delete", "same"] as const;
  const counted = kinds.flatMap((kind) => (changes[kind] > 0 ? [`${changes[kind]} ${kind}`] : []));
  return counted.length === 0 ? undefined : counted.join(", ");
}
