import { setTimeout as delay } from "node:timers/promises";
import { Command } from "commander";
import { z } from "zod";
import { type ApiClient, apiClient } from "./apiClient.ts";
import { CliError } from "./cliError.ts";
import { printJson, printTable } from "./print.ts";
import type { World } from "./world.ts";

const masterKey = z.looseObject({
  version: z.number(),
  status: z.string(),
  root: z.string(),
  sealed: z.record(z.string(), z.number()),
  createdAt: z.string(),
});
type MasterKey = z.output<typeof masterKey>;

const POLL_MS = 500;

/** `meridian keys`: versions of the master key. */
export function keysCommand(world: World): Command {
  const command = new Command("keys").description("list, rotate and retire versions of the master key (admin)");
  command
    .command("list")
    .description("list the versions, with how many rows are sealed under each")
    .option("--json", "print JSON")
    .action(async ({ json }: { json?: boolean }) => {
      const items = await listKeys(apiClient(world));
      if (json === true) return printJson(world, { items });
      show(world, items);
    });
  command
    .command("rotate")
    .description("make a new version; what was sealed before is resealed in the background")
    .option("--wait", "until nothing is sealed under an older version")
    .option("--json", "print JSON")
    .action(async ({ wait, json }: { wait?: boolean; json?: boolean }) => {
      const api = apiClient(world);
      const { body } = await api.ask("/v1/master-keys/rotations", masterKey, { method: "POST", body: {} });
      const made = wait === true ? await resealed(world, api, body) : body;
      if (json === true) return printJson(world, made);
      show(world, [made]);
    });
  command
    .command("retire <version>")
    .description("destroy the key of a version that nothing is sealed under")
    .option(
      "--lose-configuration-secrets",
      "although secrets in configuration files are sealed under it, which nobody can open any more then",
    )
    .option("--json", "print JSON")
    .action(async (version: string, options: { loseConfigurationSecrets?: boolean; json?: boolean }) => {
      const body = { loseConfigurationSecrets: options.loseConfigurationSecrets === true };
      const path = `/v1/master-keys/${encodeURIComponent(version)}/retire`;
      const retired = (await apiClient(world).ask(path, masterKey, { method: "POST", body })).body;
      if (options.json === true) return printJson(world, retired);
      show(world, [retired]);
    });
  return command;
}

async function listKeys(api: ApiClient): Promise<readonly MasterKey[]> {
  const { body } = await api.ask("/v1/master-keys", z.looseObject({ items: z.array(masterKey) }));
  return body.items;
}

const rowsUnder = ({ sealed }: MasterKey): number => Object.values(sealed).reduce((sum, rows) => sum + rows, 0);

/** Waits until the version is active and holds everything; says how much is left whenever that changes. */
async function resealed(world: World, api: ApiClient, { version }: MasterKey): Promise<MasterKey> {
  let said: number | undefined;
  for (;;) {
    const items = await listKeys(api);
    const made = items.find((item) => item.version === version);
    if (made === undefined) throw new CliError("bad-answer", `The service does not list version ${version} any more.`);
    const left = items.filter((item) => item.version < version).reduce((sum, item) => sum + rowsUnder(item), 0);
    if (made.status !== "announced" && left === 0) return made;
    if (left !== said) world.err(`version ${version} is ${made.status}; ${left} rows are under older versions\n`);
    said = left;
    await delay(POLL_MS);
  }
}

function show(world: World, items: readonly MasterKey[]): void {
  const rows = items.map((item) => [
    String(item.version),
    item.status,
    String(rowsUnder(item)),
    item.root,
    item.createdAt,
  ]);
  printTable(world, ["version", "status", "sealed rows", "root key", "created"], rows);
}
