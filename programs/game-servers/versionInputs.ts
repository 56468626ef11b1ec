import { whole } from "../inputShapes.ts";
import { versionInputs as shared } from "../servers/versionInputs.ts";

/** What runs, which share of the players meets which colour of it, and how long a new share is watched. */
export const versionInputs = {
  ...shared,
  bakeMinutes: whole("the minutes that a new weight is watched", 1, 1440)
    .default(15)
    .describe(
      "How long a new weight is watched before the next step: an output, for whoever takes the steps. Not shorter than it takes until an alarm can ring.",
    ),
} as const;
