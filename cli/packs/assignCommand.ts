import { Command } from "commander";
import { apiClient } from "../apiClient.ts";
import { printFields, printJson } from "../print.ts";
import { packAssignment } from "../shapes.ts";
import type { World } from "../world.ts";
import { readPackVersion } from "./packVersion.ts";

export interface CommonOptions {
  readonly team?: string;
  readonly json?: boolean;
}

interface AssignOptions extends CommonOptions {
  readonly everyone?: boolean;
  readonly stackSet?: string;
  readonly target?: string;
  readonly environment?: string;
  readonly level?: string;
}

/** `meridian pack assign NAME@VERSION`: enforces one version of a pack where the options say. */
export function assignCommand(world: World): Command {
  return new Command("assign")
    .argument("<name@version>")
    .description("enforce a version of a pack: for a team, or what the options narrow it to")
    .option("--everyone", "for the stacks of all teams; an admin's right")
    .option("--stack-set <name>", "only for one stack set")
    .option("--target <name>", "only on one target")
    .option("--environment <name>", "only in development, staging or production")
    .option("--level <level>", "advisory to try it out, or mandatory, instead of the rules' own levels")
    .option("--team <team>", "whose, for an admin")
    .option("--json", "print JSON")
    .action(async (named: string, { json, ...scope }: AssignOptions) => {
      const { pack, version } = readPackVersion(named);
      const body = { pack, version, ...scope };
      const answer = await apiClient(world).ask("/v1/pack-assignments", packAssignment, { method: "POST", body });
      if (json === true) return printJson(world, answer.body);
      printFields(world, [
        ["assignment", answer.body.id],
        ["pack", `${pack} ${version}`],
      ]);
    });
}

/** `meridian pack unassign ID`. */
export function unassignCommand(world: World): Command {
  return new Command("unassign")
    .argument("<id>", "as meridian pack assignments lists it")
    .description("enforce a pack there no longer")
    .action(async (id: string) => {
      await apiClient(world).open(`/v1/pack-assignments/${encodeURIComponent(id)}`, { method: "DELETE" });
    });
}
