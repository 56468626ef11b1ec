import { z } from "zod";
import { teamParameter, timestamp } from "../http/schemas.ts";

const DAY_MS = 86_400_000;
/** Longer ones are seasons, and a season in which nothing may be torn down is a freeze nobody would keep. */
export const LONGEST_DAYS = 31;
/** Of a team, and not over. More is no calendar that anybody reads. */
export const MOST_EVENTS = 1_000;

const name = z
  .string()
  .trim()
  .min(1, "Give the event the name that players know it by.")
  .max(100)
  .regex(/^[^\p{C}]*$/u, "must not contain control characters");

/** By its offset a time can lie in a year of five digits, or before the first, which no answer could tell again. */
const time = z.iso
  .datetime({ offset: true })
  .refine((text) => !/^[+-]/.test(toIso(text)), "must be of the years 0000 to 9999 in UTC");

function toIso(text: string): string {
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString(); // what is no time is told of already
}

export const gameEventView = z
  .object({
    id: z.string().meta({ example: "ge_019321c8-7c1e-7bd2-9d3f-0a5b6c7d8e9f" }),
    team: z.string(),
    name: z.string(),
    startsAt: timestamp,
    endsAt: timestamp,
    stackSets: z.array(z.string()).optional().describe("Those that it is played on; all of the team's without."),
    createdBy: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "GameEvent" });
export type GameEvent = z.output<typeof gameEventView>;

export const createGameEvent = z
  .strictObject({
    team: teamParameter,
    name,
    startsAt: time,
    endsAt: time,
    stackSets: z.array(z.string().min(1).max(60)).min(1).max(100).optional(),
  })
  .superRefine(({ startsAt, endsAt }, context) => {
    const lasts = Date.parse(endsAt) - Date.parse(startsAt);
    const fault = (message: string) => context.addIssue({ code: "custom", path: ["endsAt"], message });
    if (!(lasts > 0)) fault(`must be later than startsAt, ${startsAt}`);
    else if (lasts > LONGEST_DAYS * DAY_MS) fault(`must be at most ${LONGEST_DAYS} days after startsAt, ${startsAt}`);
  })
  .meta({ id: "CreateGameEvent" });
