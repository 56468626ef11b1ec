import { z } from "zod";
import { whole } from "../inputShapes.ts";

const imageError =
  "name a container image with its version, such as registry.example.com/game/server:1.4.2 or …@sha256:<64 hex digits>; the tag latest moves, and is refused";
const image = z
  .string({ error: imageError })
  .max(512, { error: imageError })
  .regex(/^[a-z0-9][a-z0-9.:/_-]*(:[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/, { error: imageError })
  .refine((name) => !name.endsWith(":latest"), { error: imageError });

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
} as const;
