import type { Blueprint } from "../blueprint.ts";
import { telemetryInputs } from "./inputs.ts";
import { telemetryOutputs } from "./outputs.ts";

export const telemetryBlueprint: Blueprint<typeof telemetryInputs> = {
  name: "telemetry",
  version: "1.0.0",
  title: "Operational telemetry of one region",
  description:
    "A stream that services write records to, their delivery into a partitioned lake of columnar files, its catalogue, questions about KPIs with a scan limit, and a place for what could not be delivered.",
  inputs: telemetryInputs,
  example: { games: ["lifeverse"] },
  outputs: telemetryOutputs,
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).telemetry,
};
