import { z } from "zod";
import { whole } from "../inputShapes.ts";
import { playerInputs as shared } from "../servers/playerInputs.ts";
import { parseCron } from "./cron.ts";

const cronError =
  'give minute, hour, day of month, month and day of week (0 is Sunday) in UTC, such as "0 17 * * 5": minute and hour one number each, and not both kinds of day';
const cron = z.string({ error: cronError }).refine((text) => parseCron(text) !== undefined, { error: cronError });

/** Who plays and when, and what one server of each kind holds. */
export const playerInputs = {
  ...shared,
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
