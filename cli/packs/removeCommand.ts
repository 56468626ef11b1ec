import { Command } from "commander";
import { apiClient } from "../apiClient.ts";
import type { World } from "../world.ts";
import { readPackVersion } from "./packVersion.ts";

/** `meridian pack remove NAME@VERSION`. */
export function removeCommand(world: World): Command {
  return new Command("remove")
    .argument("<name@version>")
    .description("remove a version of a pack that is enforced nowhere")
    .option("--team <team>", "whose, for an admin")
    .action(async (named: string, { team }: { readonly team?: string }) => {
      const { pack, version } = readPackVersion(named);
      const query = team === undefined ? "" : `?${new URLSearchParams({ team })}`;
      const path = `/v1/policy-packs/${encodeURIComponent(pack)}/versions/${encodeURIComponent(version)}${query}`;
      await apiClient(world).open(path, { method: "DELETE" });
    });
}
