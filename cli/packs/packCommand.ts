import { Command } from "commander";
import { apiClient } from "../apiClient.ts";
import { readFolder } from "../blueprints/artefactFolder.ts";
import { publishedSource, type SourceOptions } from "../blueprints/publishedSource.ts";
import { printFields, printJson, printTable } from "../print.ts";
import { type PackAssignment, type PolicyPack, packAssignment, policyPack } from "../shapes.ts";
import type { World } from "../world.ts";
import { assignCommand, type CommonOptions, unassignCommand } from "./assignCommand.ts";
import { removeCommand } from "./removeCommand.ts";

interface PublishOptions extends CommonOptions, SourceOptions {
  readonly everyone?: boolean;
}

/** `meridian pack`: packs of policies of teams' own, and where they are enforced. */
export function packCommand(world: World): Command {
  const command = new Command("pack").description("publish a team's own policy packs, and say where they are enforced");
  const client = () => apiClient(world);

  common(
    command.command("publish [folder]").description("publish a folder, or a commit, as a version that never changes"),
  )
    .option("--git <url#commit>", "instead of a folder, a commit of a repository")
    .option("--path <folder>", "with --git: where in the repository the pack is")
    .option("--everyone", "for all teams; an admin's right")
    .action(async (folder: string | undefined, options: PublishOptions) => {
      const sent = await publishedSource(folder, options, (place) => readFolder(place, "bad-pack"));
      const { everyone, team } = options;
      const body = { ...sent, ...(everyone === true ? { everyone } : {}), ...(team === undefined ? {} : { team }) };
      const answer = await client().ask("/v1/policy-packs", policyPack, { method: "POST", body });
      if (options.json === true) return printJson(world, answer.body);
      show(world, answer.body);
    });

  common(command.command("list").description("list packs, each in its newest version")).action(
    async ({ team, json }: CommonOptions) => {
      const items = await client().askAll("/v1/policy-packs", policyPack, { team });
      if (json === true) return printJson(world, { items });
      const rows = items.map((item) => [item.name, item.version, item.kind, whose(item), `${item.policies.length}`]);
      printTable(world, ["name", "version", "kind", "whose", "rules"], rows);
    },
  );

  common(command.command("versions <name>").description("list the versions of a pack, newest first")).action(
    async (name: string, { team, json }: CommonOptions) => {
      const path = `/v1/policy-packs/${encodeURIComponent(name)}/versions`;
      const items = await client().askAll(path, policyPack, { team });
      if (json === true) return printJson(world, { items });
      const rows = items.map((item) => [item.version, item.digest, item.publishedAt, item.publishedBy]);
      printTable(world, ["version", "digest", "published", "by"], rows);
    },
  );

  common(command.command("assignments").description("list where packs are enforced, newest first")).action(
    async ({ team, json }: CommonOptions) => {
      const items = await client().askAll("/v1/pack-assignments", packAssignment, { team });
      if (json === true) return printJson(world, { items });
      const rows = items.map((item) => [
        item.id,
        `${item.pack} ${item.version}`,
        scopeOf(item),
        item.level ?? "its own",
      ]);
      printTable(world, ["id", "pack", "where", "level"], rows);
    },
  );
  command.addCommand(assignCommand(world));
  command.addCommand(unassignCommand(world));
  command.addCommand(removeCommand(world));
  return command;
}

function show(world: World, pack: PolicyPack): void {
  printFields(world, [
    ["pack", pack.name],
    ["version", pack.version],
    ["kind", pack.kind],
    ["digest", pack.digest],
    ["team", whose(pack)],
    ["rules", pack.policies.map(({ name, level }) => `${name} (${level})`).join(", ")],
  ]);
}

const whose = ({ team }: { readonly team?: string | undefined }): string => team ?? "everyone";

function scopeOf({ stackSet, target, environment, ...item }: PackAssignment): string {
  const parts = { "stack set": stackSet, target, environment };
  const narrowed = Object.entries(parts).flatMap(([what, name]) => (name === undefined ? [] : [`${what} ${name}`]));
  return [`team ${whose(item)}`, ...narrowed].join(", ");
}

function common(command: Command): Command {
  return command.option("--team <team>", "whose, for an admin").option("--json", "print JSON");
}
