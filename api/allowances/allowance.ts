import { z } from "zod";
import { teamParameter, timestamp } from "../http/schemas.ts";

/** Longer than a working day nothing stays allowed that a rule forbids. */
const LONGEST_MINUTES = 1_440;
const DEFAULT_MINUTES = 60;

export const allowanceView = z
  .object({
    id: z.string().meta({ example: "al_019321c8-7c1e-7bd2-9d3f-0a5b6c7d8e9f" }),
    team: z.string(),
    stack: z.string().describe("The stack's id, as in `/v1/stacks`."),
    reason: z.string(),
    givenBy: z.string(),
    createdAt: timestamp,
    expiresAt: timestamp,
  })
  .meta({ id: "Allowance" });
export type AllowanceView = z.output<typeof allowanceView>;

export const createAllowance = z
  .strictObject({
    stack: z.string().min(1).max(210).describe("The name, and `project/name` for a stack of another project."),
    team: teamParameter,
    reason: z
      .string()
      .trim()
      .min(10, "Say in a sentence why: it stands in the audit log and in the verdicts.")
      .max(500),
    expiresInMinutes: z.int().min(1).max(LONGEST_MINUTES).default(DEFAULT_MINUTES),
  })
  .meta({ id: "CreateAllowance" });
