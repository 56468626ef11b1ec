import { z } from "zod";
import type { Database } from "../db/database.ts";
import { environment } from "../http/schemas.ts";

const level = z.enum(["advisory", "mandatory", "disabled"]);

/** One place where a rule of a team's own pack is enforced; what is absent narrows nothing. */
const policyAssignment = z.object({
  id: z.string().meta({ example: "pa_019321c8-7c1e-7bd2-9d3f-0a5b6c7d8e9f" }),
  team: z.string().optional().describe("Whose stacks; absent for those of all teams."),
  stackSet: z.string().optional(),
  target: z.string().optional(),
  environment: environment.optional(),
  level: level.describe("the level in force there"),
});

export const policyView = z
  .object({
    name: z.string().meta({ example: "security-require-session-metadata" }),
    pack: z.string(),
    packVersion: z.string(),
    description: z.string(),
    level: level.describe(
      "the level in force; of an own pack's rule the strictest that an assignment gives it, or its own where none does",
    ),
    severity: z.enum(["low", "medium", "high", "critical"]),
    reason: z.string(),
    controls: z.array(z.object({ framework: z.string(), version: z.string(), control: z.string() })).readonly(),
    remediation: z.array(z.string()).readonly(),
    settings: z
      .array(z.object({ name: z.string(), description: z.string(), value: z.unknown(), initial: z.unknown() }))
      .readonly()
      .describe("with the value in force, and the pack's own"),
    assignments: z
      .array(policyAssignment)
      .readonly()
      .optional()
      .describe("Of the rules of own packs: where they are enforced. Absent for Meridian's own, which are everywhere."),
  })
  .meta({ id: "Policy" });
export type Policy = z.output<typeof policyView>;

/** Where the rules are known; the gate is the one room that sees Meridian's pack. */
export interface PolicyCatalogue {
  /** Meridian's rules, and those of the packs that the team sees; the same name may stand in several packs and versions. */
  policies(db: Database, team: string): Promise<readonly Policy[]>;
}
