import { z } from "zod";
import { parseCron } from "./cron.ts";
import { whole } from "./fields.ts";

const cronError =
  'give minute, hour, day of month, month and day of week (0 is Sunday) in UTC, such as "0 17 * * 5": minute and hour one number each, and not both kinds of day';
const cron = z.string({ error: cronError }).refine((text) => parseCron(text) !== undefined, { error: cronError });

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
  schedules: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-z][a-z0-9-]{0,30}$/, {
            error: "give a name of small letters, digits and hyphens, such as friday",
          })
          .describe("What the schedule is called."),
        from: cron.describe("When the players come: cron, in UTC."),
        until: cron.describe("When they have gone: cron, in UTC."),
        players: whole("the players expected", 1, 5_000_000).describe("How many are expected."),
      }),
      {
        error: 'give a list such as [{"name": "friday", "from": "0 17 * * 5", "until": "0 23 * * 5", "players": 800}]',
      },
    )
    .max(10, { error: "give at most ten schedules" })
    .default([])
    .describe("When more players are expected than usual: session nodes for them stand ready from then on."),
} as const;
