import { z } from "zod";

export const policyView = z
  .object({
    name: z.string().meta({ example: "security-require-session-metadata" }),
    pack: z.string(),
    packVersion: z.string(),
    description: z.string(),
    level: z.enum(["advisory", "mandatory", "disabled"]).describe("the level in force"),
    severity: z.enum(["low", "medium", "high", "critical"]),
    reason: z.string(),
    controls: z.array(z.object({ framework: z.string(), version: z.string(), control: z.string() })).readonly(),
    remediation: z.array(z.string()).readonly(),
    settings: z
      .array(z.object({ name: z.string(), description: z.string(), value: z.unknown(), initial: z.unknown() }))
      .readonly()
      .describe("with the value in force, and the pack's own"),
  })
  .meta({ id: "Policy" });
export type Policy = z.output<typeof policyView>;

/** Where the rules are known; the gate is the one room that sees the pack. */
export interface PolicyCatalogue {
  policies(): readonly Policy[];
}
