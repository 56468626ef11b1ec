import { z } from "zod";
import { timestamp } from "../http/schemas.ts";

/** One thing that somebody did, or was refused for want of a role. */
export const auditRecord = z
  .object({
    id: z.int(),
    at: timestamp,
    team: z.string().optional().describe("Absent for what belongs to no team, as targets do."),
    actor: z.string().describe("The id of the API key, or of the operation."),
    actorName: z.string(),
    action: z.string().meta({ example: "stack-set.create" }),
    subject: z.string().meta({ example: "/v1/stack-sets/launch" }),
    outcome: z.enum(["done", "refused"]),
    requestId: z.string().optional(),
    details: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "AuditRecord" });

export type AuditRecord = z.output<typeof auditRecord>;
