import type { Blueprint } from "../blueprint.ts";
import { observabilityInputs } from "./inputs.ts";
import { observabilityOutputs } from "./outputs.ts";

export const observabilityBlueprint: Blueprint<typeof observabilityInputs> = {
  name: "observability",
  version: "1.0.0",
  title: "Observability of one region",
  description:
    "Objectives and the alarms that follow from them, routed to whom they wake; dashboards, logs, traces and visits from outside: what one knows a region by.",
  inputs: observabilityInputs,
  example: {
    runbookBaseUrl: "https://meridian.example.com/runbooks",
    services: [
      {
        kind: "load-balancer",
        name: "lobby",
        loadBalancer: "app/m-launch-lobby-0a1b2c3d/0a1b2c3d4e5f6071",
        objectives: [{ kind: "availability", target: "99.9" }],
      },
    ],
  },
  outputs: observabilityOutputs,
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).observability,
};
