import { whole } from "../inputShapes.ts";

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
  cpuTargetPercent: whole("the CPU at which servers are added in percent of their request", 20, 90)
    .default(65)
    .describe("How busy servers are kept: more are added above this share of the CPU they ask for, in percent."),
} as const;

/** What one session server asks for. */
export const serverNeeds = {
  serverCpuMillis: whole("the CPU of one session server in thousandths of a core", 50, 16_000)
    .default(1000)
    .describe("CPU of one session server, in thousandths of a core."),
  serverMemoryMiB: whole("the memory of one session server in MiB", 64, 65_536)
    .default(1536)
    .describe("Memory of one session server, in MiB."),
} as const;
