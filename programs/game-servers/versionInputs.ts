import { z } from "zod";
import { image, whole } from "./fields.ts";

/** What runs, and which share of the players meets which colour of it. */
export const versionInputs = {
  image: image
    .optional()
    .describe(
      "The image of lobby, session and relay servers. Left out: a stand-in that answers on the API's and the game's ports.",
    ),
  blueImage: image.optional().describe("What blue runs instead of `image`."),
  greenImage: image.optional().describe("What green runs instead of `image`."),
  relayImage: image.optional().describe("What relays run instead of `image`; only with connection relay."),
  requireDigest: z
    .boolean({ error: "give true or false" })
    .optional()
    .describe(
      "Whether every image must be named by its digest (…@sha256:…), which nobody can move. Left out: in production yes, elsewhere no.",
    ),
  activeColour: z
    .enum(["blue", "green"], { error: "give blue or green" })
    .optional()
    .describe("The colour that takes all new players and new sessions. Left out, with no greenPercent either: blue."),
  greenPercent: whole("the share of green in percent", 0, 100)
    .optional()
    .describe("In place of activeColour: the share of new players and new sessions that green takes, in percent."),
  bakeMinutes: whole("the minutes that a new weight is watched", 1, 1440)
    .default(15)
    .describe(
      "How long a new weight is watched before the next step: an output, for whoever takes the steps. Not shorter than it takes until an alarm can ring.",
    ),
} as const;
