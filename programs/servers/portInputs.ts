import { z } from "zod";
import { whole } from "../inputShapes.ts";

const port = (what: string) => whole(`the ${what} port`, 1024, 29999);

const platformPort = z
  .strictObject({
    port: port("game").describe("Of session servers, and of the relay."),
    protocol: z
      .enum(["udp", "tcp"], { error: "give udp, or tcp where networks let no UDP through" })
      .default("udp")
      .describe("What is spoken there."),
  })
  .optional();

/** Where servers listen, and who meets whom there. */
export const portInputs = {
  ports: z
    .strictObject({
      lobby: port("lobby").default(7000).describe("TCP (HTTP or WebSocket)."),
      api: port("API").default(8080).describe("TCP (HTTP); also answers GET /healthz."),
      game: port("game").default(7777).describe("UDP."),
    })
    .prefault({})
    .describe("Ports on which the image listens."),
  platforms: z
    .strictObject({
      console: platformPort.describe("Where consoles play."),
      pc: platformPort.describe("Where personal computers play."),
      mobile: platformPort.describe("Where phones and tablets play."),
    })
    .prefault({})
    .describe("Ports and protocols of platforms that do not play by UDP on ports.game."),
  crossPlay: z
    .boolean({ error: "give true or false" })
    .default(true)
    .describe(
      "Whether players of different platforms meet in one session. Without it each platform needs a port of its own, by which servers tell them apart.",
    ),
} as const;
