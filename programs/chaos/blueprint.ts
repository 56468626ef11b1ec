import type { Blueprint } from "../blueprint.ts";
import { chaosInputs } from "./inputs.ts";
import { chaosOutputs } from "./outputs.ts";

export const chaosBlueprint: Blueprint<typeof chaosInputs> = {
  name: "chaos",
  version: "1.0.0",
  title: "Fault-injection experiments of one region",
  description:
    "Templates of experiments that a person starts on a game day: loss of a zone, of nodes, of spot capacity, throttled calls, slow networks, paused replication, evacuation of the region. Each has a role for it alone, and ends when an alarm rings.",
  inputs: chaosInputs,
  example: {
    experiments: ["node-loss"],
    stackSet: "launch",
    stopAlarmArns: ["arn:aws:cloudwatch:eu-west-1:000000000000:alarm:launch-lobby-errors"],
  },
  outputs: chaosOutputs,
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).chaos,
};
