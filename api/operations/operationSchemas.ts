import { z } from "zod";
import { previewEstimateView } from "../estimates/previewEstimate.ts";
import { regionName, thingName, timestamp } from "../http/schemas.ts";
import { operationKinds, operationStatuses } from "./operation.ts";

export const operationId = z.string().meta({ example: "op_01936f3e-5f3a-7c1e-9b52-0d6a7a3f2c11" });
const count = z.number().int().min(0);

/** Numbers of resources. */
const changeCounts = z.object({ create: count, update: count, replace: count, delete: count, same: count });

export const verdictSchema = z
  .object({
    policy: z.string(),
    pack: z.string(),
    packVersion: z.string(),
    level: z.enum(["advisory", "mandatory"]),
    severity: z.string(),
    outcome: z.enum(["fail", "unknown", "exempted"]),
    exemption: z.string().optional().describe("By which exemption it is let through."),
    figure: z.number().optional().describe("What was found where the policy sets a limit."),
    urn: z.string(),
    resourceType: z.string(),
    message: z.string(),
    remediation: z.string(),
    phase: z.enum(["preview", "up", "admission"]),
  })
  .meta({ id: "Verdict", description: "What one policy said of one resource. Never holds a secret value." });

export const problemSchema = z
  .looseObject({
    type: z.string(),
    code: z.string(),
    status: z.number().int(),
    title: z.string(),
    detail: z.string(),
  })
  .meta({ id: "StoredProblem", description: "A problem document (RFC 9457), as it was when the work ended." });

export const operationSchema = z
  .object({
    id: operationId,
    kind: z.enum(operationKinds),
    stack: z.string().meta({ example: "launch.sandbox.eu-west-1" }),
    stackSet: thingName.optional(),
    target: z.string(),
    cloud: z.string().describe("`sandbox` is simulated, and never presented as a real cloud."),
    region: regionName,
    team: thingName,
    rollout: z.string().optional(),
    blueprintDigest: z.string().describe("The artefact it builds from."),
    status: z.enum(operationStatuses),
    attempt: count.describe("Rises when the operation goes on after a crash."),
    requestedBy: z.string(),
    createdAt: timestamp,
    startedAt: timestamp.optional(),
    finishedAt: timestamp.optional(),
    changes: changeCounts.describe("What the preview planned."),
    applied: changeCounts.describe("What was done, counted from the journal."),
    estimate: previewEstimateView.optional(),
    verdicts: z.array(verdictSchema),
    suspects: z
      .array(z.object({ urn: z.string(), type: z.string(), why: z.string().optional() }))
      .describe("Creates that were in flight when the engine died, and could not be settled; each with the reason."),
    error: problemSchema.optional(),
  })
  .meta({ id: "Operation" });
