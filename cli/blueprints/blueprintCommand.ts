import { Command } from "commander";
import { apiClient } from "../apiClient.ts";
import { printFields, printJson, printTable } from "../print.ts";
import { type Blueprint, blueprint } from "../shapes.ts";
import type { World } from "../world.ts";
import { readArtefactFolder } from "./artefactFolder.ts";
import { publishedSource } from "./publishedSource.ts";

interface CommonOptions {
  readonly team?: string;
  readonly json?: boolean;
}

interface PublishOptions extends CommonOptions {
  readonly git?: string;
  readonly path?: string;
  readonly everyone?: boolean;
}

/** `meridian blueprint`: what can be built, and publishing more. */
export function blueprintCommand(world: World): Command {
  const command = new Command("blueprint").description("list blueprints and their versions, publish a team's own");
  const client = () => apiClient(world);

  common(
    command.command("publish [folder]").description("publish a folder, or a commit, as an artefact that never changes"),
  )
    .option("--git <url#commit>", "instead of a folder, a commit of a repository")
    .option("--path <folder>", "with --git: where in the repository the blueprint is")
    .option("--everyone", "for all teams; an admin's right")
    .action(async (folder: string | undefined, options: PublishOptions) => {
      const sent = await publishedSource(folder, options, readArtefactFolder);
      const { everyone, team } = options;
      const body = { ...sent, ...(everyone === true ? { everyone } : {}), ...(team === undefined ? {} : { team }) };
      const answer = await client().ask("/v1/blueprints", blueprint, { method: "POST", body });
      if (options.json === true) return printJson(world, answer.body);
      show(world, answer.body);
    });

  common(command.command("list").description("list blueprints, each in its present version")).action(
    async ({ team, json }: CommonOptions) => {
      const items = await client().askAll("/v1/blueprints", blueprint, { team });
      if (json === true) return printJson(world, { items });
      const rows = items.map((item) => [item.name, item.version, item.team ?? "everyone", item.title]);
      printTable(world, ["name", "version", "whose", "title"], rows);
    },
  );

  common(command.command("versions <name>").description("list the artefacts of a blueprint, newest first")).action(
    async (name: string, { team, json }: CommonOptions) => {
      const path = `/v1/blueprints/${encodeURIComponent(name)}/versions`;
      const items = await client().askAll(path, blueprint, { team });
      if (json === true) return printJson(world, { items });
      const rows = items.map((item) => [item.digest, item.version, item.publishedAt, item.publishedBy, fromText(item)]);
      printTable(world, ["digest", "version", "published", "by", "from"], rows);
    },
  );
  return command;
}

function show(world: World, published: Blueprint): void {
  printFields(world, [
    ["blueprint", published.name],
    ["version", published.version],
    ["digest", published.digest],
    ["team", published.team ?? "everyone"],
    ["published by", published.publishedBy],
    ["from", fromText(published)],
  ]);
}

function fromText({ publishedFrom: { kind, url, commit } }: Blueprint): string {
  return url === undefined ? kind : `${url}#${commit ?? ""}`;
}

function common(command: Command): Command {
  return command.option("--team <team>", "whose, for an admin").option("--json", "print JSON");
}
