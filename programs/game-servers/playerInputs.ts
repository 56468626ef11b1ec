import { whole } from "./fields.ts";

/** Who plays, and what one server of each kind holds. */
export const playerInputs = {
  peakPlayers: whole("the players at the busiest minute in this region", 1, 5_000_000)
    .default(1000)
    .describe("Players at the busiest minute, in this region."),
  playersPerServer: whole("the players of one session server", 1, 1000)
    .default(50)
    .describe("Players one session server holds."),
  playersPerLobby: whole("the players of one lobby server", 50, 20_000)
    .default(2500)
    .describe("Players one lobby server holds."),
  quietPercent: whole("the quietest hour in percent of the peak", 1, 100)
    .default(20)
    .describe("The quietest hour, in percent of the peak: what stands ready at any time."),
  headroomPercent: whole("the headroom in percent", 5, 200)
    .default(25)
    .describe("Room over the peak, in percent; also carries both colours while old sessions end."),
  matchMinutes: whole("the longest session in minutes", 1, 240)
    .default(45)
    .describe("The longest a session lasts: a server that is asked to stop has this long to end its sessions."),
} as const;
