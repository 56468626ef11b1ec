import type { Blueprint } from "../blueprint.ts";
import { networkDemands } from "../networkDemands.ts";
import { networkInputs } from "./inputs.ts";
import { networkOutputs } from "./outputs.ts";
import { regionProblems } from "./regionProblems.ts";

export const networkBlueprint: Blueprint<typeof networkInputs> = {
  name: "network",
  version: "1.0.0",
  title: "Network of one region",
  description:
    "A network that other stack sets share: addresses that overlap with no other region's, subnets of three kinds over several zones, private endpoints, transit between regions, flow logs.",
  inputs: networkInputs,
  example: { addresses: { regions: ["eu-west-1"] } },
  outputs: networkOutputs,
  problemsIn: regionProblems,
  demands: ({ zones }, place) => networkDemands(zones, place),
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).network,
};
