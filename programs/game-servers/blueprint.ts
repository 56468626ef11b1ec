import type { Blueprint } from "../blueprint.ts";
import { gameServersDemands } from "./demands.ts";
import { gameServersInputs } from "./inputs.ts";
import { gameServersOutputs } from "./outputs.ts";

export const gameServersBlueprint: Blueprint<typeof gameServersInputs> = {
  name: "game-servers",
  version: "1.2.0",
  title: "Game servers of one region",
  description:
    "Network, Kubernetes cluster, lobby and session servers in two colours, session store, logs, alarms and budget: what one region of an online game runs on.",
  inputs: gameServersInputs,
  example: {},
  outputs: gameServersOutputs,
  demands: gameServersDemands,
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).gameServers,
};
