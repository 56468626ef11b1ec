import { z } from "zod";
import { timestamp } from "../http/schemas.ts";

/** One thing that somebody did, or was refused for want of a role. */
export const auditRecord = z
  .object({
    id: z.int(),
    at: timestamp,
    team: z.string().optional().describe("Absent for what belongs to no team, as targets do."),
    actor: z.string().describe("The id of the API key, of the pipeline's token, or of the operation."),
    actorName: z.string(),
    action: z.string().meta({ example: "stack-set.create" }),
    subject: z.string().meta({ example: "/v1/stack-sets/launch" }),
    outcome: z.enum(["done", "refused", "failed"]),
    requestId: z.string().optional(),
    details: z.record(z.string(), z.unknown()),
    position: z.int().optional().describe("Its place in the chain; absent for the moment until it is chained."),
    hash: z.string().optional().describe("SHA-256 over the hash before it and its own content, in hexadecimal."),
  })
  .meta({ id: "AuditRecord" });

export type AuditRecord = z.output<typeof auditRecord>;
