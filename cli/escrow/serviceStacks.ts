import { z } from "zod";
import { type ApiClient, apiClient } from "../apiClient.ts";
import { CliError } from "../cliError.ts";
import type { World } from "../world.ts";
import type { Lineage } from "./readEscrow.ts";

const latestUpdate = z.looseObject({
  info: z.looseObject({ updateID: z.string(), version: z.int(), result: z.string() }),
});

export interface StackName {
  readonly team: string;
  readonly project: string;
  readonly name: string;
}

/** Where a stack stands in the service: what its latest update made; undefined before the first. */
export type Standing = { readonly version: number; readonly update: string; readonly running: boolean } | undefined;

/** Stacks of the service as its protocol shows them. */
export interface ServiceStacks {
  /** @returns "absent" where the service has no such stack, or not for this key */
  standing(stack: StackName): Promise<Standing | "absent">;
}

export function serviceStacks(world: Pick<World, "env" | "fetch">): ServiceStacks {
  const api = apiClient(world);
  return {
    async standing({ team, project, name }) {
      const path = `/api/stacks/${[team, project, name].map(encodeURIComponent).join("/")}`;
      if ((await present(api, path, z.looseObject({}))) === undefined) return "absent";
      const latest = await present(api, `${path}/updates/latest`, latestUpdate);
      if (latest === undefined) return undefined;
      const { updateID: update, version, result } = latest.info;
      return { version, update, running: result === "in-progress" };
    },
  };
}

async function present<T extends z.ZodType>(api: ApiClient, path: string, schema: T): Promise<z.output<T> | undefined> {
  try {
    return (await api.ask(path, schema)).body;
  } catch (error) {
    if (error instanceof CliError && error.status === 404) return undefined;
    throw error;
  }
}

/** `same`: nothing has happened there since; `behind`: an earlier version of the same history; `moved`: another history. */
export function compareStanding(standing: Standing, lineage: Lineage): "same" | "behind" | "moved" {
  if (standing === undefined) return lineage.length === 0 ? "same" : "behind";
  const at = lineage.findIndex(({ version, update }) => version === standing.version && update === standing.update);
  return at < 0 ? "moved" : at === 0 ? "same" : "behind";
}
