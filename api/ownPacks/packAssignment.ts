import { z } from "zod";
import { environment, teamParameter, thingName, timestamp } from "../http/schemas.ts";

const level = z
  .enum(["advisory", "mandatory"])
  .optional()
  .describe("Instead of the rules' own levels: `advisory` tries a pack out, and stops nothing.");

/** Where it is enforced; a member that is absent narrows nothing. */
const scope = {
  stackSet: thingName.optional().describe("Only stacks of this stack set."),
  target: thingName.optional().describe("Only stacks on this target."),
  environment: environment.optional().describe("Only stacks whose target is of this environment."),
};

export const packAssignmentView = z
  .object({
    id: z.string().meta({ example: "pa_019321c8-7c1e-7bd2-9d3f-0a5b6c7d8e9f" }),
    pack: z.string(),
    version: z.string(),
    digest: z.string(),
    team: z.string().optional().describe("Whose stacks; absent for those of all teams."),
    ...scope,
    level,
    imposed: z.boolean().describe("By an admin: a team cannot take it away."),
    assignedBy: z.string(),
    assignedAt: timestamp,
  })
  .meta({ id: "PackAssignment" });
export type PackAssignmentView = z.output<typeof packAssignmentView>;

export const assignPack = z
  .strictObject({
    pack: z.string().min(1).max(100),
    version: z.string().min(1).max(40),
    everyone: z.boolean().default(false).describe("For the stacks of all teams; an admin's right."),
    team: teamParameter,
    ...scope,
    level,
  })
  .meta({ id: "AssignPolicyPack" });
export type AssignPack = z.output<typeof assignPack>;
