import { z } from "zod";
import { Problem } from "../base/problem.ts";

/** Names of stack sets, targets and teams; the same pattern is a check in the database. */
export const thingName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{1,38}[a-z0-9]$/, {
    error: (issue) =>
      `${JSON.stringify(issue.input)} is not a name: 3 to 40 lower-case letters, digits and hyphens, beginning with a letter and not ending with a hyphen.`,
  })
  .meta({ example: "launch" });

export const regionName = z
  .string()
  .regex(/^[a-z]{2}(-[a-z]+){1,3}-\d$/, {
    error: (issue) => `${JSON.stringify(issue.input)} is not the name of a region, as eu-west-1 is.`,
  })
  .meta({ example: "eu-west-1" });

/** At least one region, none twice, in the caller's order. */
export const regionList = z
  .array(regionName)
  .min(1, "Name at least one region.")
  .max(40)
  .superRefine((given, context) => {
    given.forEach((region, index) => {
      if (given.indexOf(region) === index) return;
      context.addIssue({ code: "custom", path: [index], message: `${region} is listed twice. Remove one.` });
    });
  });

/** RFC 3339, UTC. */
export const timestamp = z.iso.datetime().meta({ example: "2026-11-21T14:30:00.000Z" });

export const cloud = z.enum(["sandbox", "aws"]);
export type Cloud = z.output<typeof cloud>;

const doors = ["service", "cli"] as const;
export const door = z.enum(doors);

export const environment = z.enum(["development", "staging", "production"]);

/** Admins reach every team and say which; for every other key its own team is implied. */
export const teamParameter = thingName
  .optional()
  .describe("An admin's choice of team; `default` without it. Other keys have one team, which is implied.");

/** Names in a path are looked up, not validated: what cannot be a name does not exist. */
export function absent(what: string, name: string): Problem {
  return new Problem("not-found", `There is no ${what} ${JSON.stringify(name)} that this key may see.`);
}
