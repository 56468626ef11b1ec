import { Command } from "commander";
import { packFiles } from "../../programs/artefacts/archive.ts";
import { digestOfFiles } from "../../programs/artefacts/artefactFile.ts";
import { apiClient } from "../apiClient.ts";
import { CliError } from "../cliError.ts";
import { printFields, printJson, printTable } from "../print.ts";
import { type Blueprint, blueprint } from "../shapes.ts";
import type { World } from "../world.ts";
import { readArtefactFolder } from "./artefactFolder.ts";
import { withGitFolder } from "./gitFolder.ts";

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
      const sent = await sourceOf(folder, options);
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

/** The body of the request that publishes it, but for whom it is. */
async function sourceOf(folder: string | undefined, { git, path }: PublishOptions) {
  if ((folder === undefined) === (git === undefined)) {
    throw new CliError("bad-option", "give either a folder or --git <url>#<commit>");
  }
  if (git === undefined) return { ...(await packed(folder ?? ".")), from: { kind: "folder" } };
  return withGitFolder({ git, path }, async (place, from) => ({ ...(await packed(place)), from }));
}

async function packed(folder: string) {
  const files = await readArtefactFolder(folder);
  return { archive: packFiles(files).toString("base64"), digest: digestOfFiles(files) };
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
