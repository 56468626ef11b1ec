import { z } from "zod";
import { regionName, thingName, timestamp } from "../http/schemas.ts";
import { operationId, problemSchema } from "../operations/operationSchemas.ts";
import { rolloutKinds, rolloutStatuses } from "./rollout.ts";

export const rolloutSchema = z
  .object({
    id: z.string().meta({ example: "ro_01936f3e-5f3a-7c1e-9b52-0d6a7a3f2c11" }),
    kind: z.enum(rolloutKinds),
    stackSet: thingName,
    team: thingName,
    status: z.enum(rolloutStatuses),
    regions: z.array(
      z.object({
        region: regionName,
        operation: operationId.optional(),
        status: z
          .string()
          .describe("The operation's status; `pending` before it exists, `skipped` when it never will."),
      }),
    ),
    error: problemSchema.optional(),
    requestedBy: z.string(),
    createdAt: timestamp,
    startedAt: timestamp.optional(),
    finishedAt: timestamp.optional(),
  })
  .meta({ id: "Rollout" });
