import { z } from "zod";
import { type ApiClient, DEFAULT_URL } from "../apiClient.ts";
import { CliError } from "../cliError.ts";
import type { World } from "../world.ts";
import type { EngineCli } from "./engineCli.ts";
import { importedState, type PresentStack } from "./importPlan.ts";
import { plainReason } from "./sourceBackend.ts";
import { type ExportedState, forService, type StackPlace } from "./sourceState.ts";

/** The service that takes the stacks, spoken to as every Pulumi client speaks to it. */
export interface Destination {
  readonly url: string;
  /** The team of the key; for an admin's key the first of all. */
  team(): Promise<string>;
  find(place: StackPlace): Promise<PresentStack | undefined>;
  make(place: StackPlace, tags: Readonly<Record<string, string>>): Promise<void>;
  retag(place: StackPlace, tags: Readonly<Record<string, string>>): Promise<void>;
  /** @throws CliError `destination` with what the service refused */
  importState(place: StackPlace, open: ExportedState): Promise<void>;
  /** Removes a stack that this run made and whose state was refused. */
  unmake(place: StackPlace): Promise<void>;
}

const organization = z.looseObject({ gitHubLogin: z.string() });
const shownStack = z.looseObject({ version: z.number(), tags: z.record(z.string(), z.string()) });
const update = z.looseObject({ info: z.looseObject({ kind: z.string() }) });
const anything = z.unknown();

export function destination(world: World, client: ApiClient, engine: EngineCli): Destination {
  const url = (world.env["MERIDIAN_URL"] || DEFAULT_URL).replace(/\/+$/, "");
  const key = world.env["MERIDIAN_KEY"] ?? "";
  const pathOf = ({ team, project, stack }: StackPlace) =>
    `${projectOf({ team, project })}/${encodeURIComponent(stack)}`;

  /** Whether the version that an import was to make was made by one, rather than by an update that came first. */
  async function importWasMade(
    place: StackPlace,
    tags: Readonly<Record<string, string>>,
  ): Promise<boolean | undefined> {
    const before = importedState(tags);
    if (before === undefined) return undefined;
    const found = await orAbsent(client.ask(`${pathOf(place)}/updates/${before.version}`, update));
    return found?.body.info.kind === "import";
  }

  return {
    url,
    team: async () => (await client.ask("/api/user/organizations/default", organization)).body.gitHubLogin,
    async find(place) {
      const found = await orAbsent(client.ask(pathOf(place), shownStack));
      if (found === undefined) return undefined;
      const { version, tags } = found.body;
      return { version, tags, importWasMade: await importWasMade(place, tags) };
    },
    async make(place, tags) {
      await client.ask(projectOf(place), anything, { method: "POST", body: { stackName: place.stack, tags } });
    },
    async retag(place, tags) {
      await client.ask(`${pathOf(place)}/tags`, anything, { method: "PATCH", body: tags });
    },
    async importState(place, open) {
      const name = `${place.team}/${place.project}/${place.stack}`;
      const { code, said } = await engine.run({
        args: ["stack", "import", "--stack", name],
        env: { PULUMI_BACKEND_URL: url, PULUMI_ACCESS_TOKEN: key },
        input: JSON.stringify(forService(open, url, place)),
      });
      if (code !== 0) throw new CliError("destination", plainReason(said, url));
    },
    async unmake(place) {
      await client.ask(`${pathOf(place)}`, anything, { method: "DELETE", query: { force: "true" } });
    },
  };
}

const projectOf = ({ team, project }: Omit<StackPlace, "stack">): string =>
  `/api/stacks/${encodeURIComponent(team)}/${encodeURIComponent(project)}`;

async function orAbsent<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof CliError && error.status === 404) return undefined;
    throw error;
  }
}
