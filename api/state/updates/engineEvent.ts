import { z } from "zod";

/**
 * Events of the engine as the client posts them (sdk/go/common/apitype/events.go): the members that the service reads; the
 * others pass through. The engine has blinded secrets in them: a secret is `{<signature>: …, "ciphertext": "[secret]"}`.
 */
const properties = z.record(z.string(), z.unknown()).nullish();

const resourceState = z
  .looseObject({
    urn: z.string(),
    type: z.string(),
    protect: z.boolean().optional(),
    parent: z.string().optional(),
    provider: z.string().optional(),
    external: z.boolean().optional(),
    delete: z.boolean().optional(),
    inputs: properties,
    outputs: properties,
  })
  .nullish();

const stepMetadata = z.looseObject({
  op: z.string(),
  urn: z.string(),
  type: z.string(),
  old: resourceState,
  new: resourceState,
  diffs: z.array(z.string()).nullish(),
  logical: z.boolean().optional(),
});

const step = z.looseObject({ metadata: stepMetadata, planning: z.boolean().optional() });

export const engineEventSchema = z.looseObject({
  sequence: z.number().int().nonnegative(),
  /** Seconds since 1970. */
  timestamp: z.number(),
  resourcePreEvent: step.optional(),
  resOutputsEvent: step.optional(),
  resOpFailedEvent: step.optional(),
  diagnosticEvent: z.looseObject({ urn: z.string().optional(), message: z.string(), severity: z.string() }).optional(),
  policyEvent: z
    .looseObject({
      resourceUrn: z.string().optional(),
      message: z.string(),
      policyName: z.string(),
      policyPackName: z.string(),
      policyPackVersion: z.string(),
      enforcementLevel: z.string(),
      severity: z.string().optional(),
    })
    .optional(),
  summaryEvent: z
    .looseObject({
      durationSeconds: z.number(),
      resourceChanges: z.record(z.string(), z.number()).nullish(),
      isPreview: z.boolean().optional(),
      result: z.string().optional(),
    })
    .optional(),
  errorEvent: z.looseObject({ error: z.string() }).optional(),
});

export type EngineEvent = z.infer<typeof engineEventSchema>;
export type StepMetadata = z.infer<typeof stepMetadata>;
