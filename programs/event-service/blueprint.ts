import type { Blueprint } from "../blueprint.ts";
import { eventServiceInputs } from "./inputs.ts";
import { eventServiceOutputs } from "./outputs.ts";

export const eventServiceBlueprint: Blueprint<typeof eventServiceInputs> = {
  name: "event-service",
  version: "1.0.0",
  title: "What schedules and runs in-game events in one region",
  description:
    "API and WebSocket front, a schedule store that can span regions, an event bus with archive, queues with dead letters, workers as functions or containers, and live-ops toggles and event variants with guarded rollout.",
  inputs: eventServiceInputs,
  example: {},
  reaches: ["/scheduleStore/replicaRegions/*"],
  outputs: eventServiceOutputs,
  folder: new URL("./", import.meta.url),
  load: async () => (await import("./program.ts")).eventService,
};
