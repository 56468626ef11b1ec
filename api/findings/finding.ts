import { z } from "zod";
import { timestamp } from "../http/schemas.ts";

/** A fault of what stands, which nobody could know before it stood. */
export const finding = z
  .object({
    id: z.string().meta({ example: "fi_01936f3e-5f3a-7c1e-9b52-0d6a7a3f2c11" }),
    team: z.string(),
    stack: z.string().describe("As `project/name`."),
    policy: z.string(),
    level: z.enum(["advisory", "mandatory"]),
    severity: z.string(),
    urn: z.string(),
    resourceType: z.string(),
    message: z.string(),
    remediation: z.string(),
    since: timestamp,
    operation: z.string().optional().describe("The operation in which it was found."),
    update: z.string().optional(),
    decision: z.int().describe("The row of the ledger that says so."),
    status: z.enum(["open", "resolved"]),
    resolvedAt: timestamp.optional(),
    resolution: z
      .enum(["passed", "gone"])
      .optional()
      .describe("`passed`: a later judgement did not object. `gone`: the resource is not in the stack any more."),
  })
  .meta({ id: "Finding" });
export type Finding = z.output<typeof finding>;
