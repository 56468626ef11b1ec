import { z } from "zod";
import { regionName, timestamp } from "../http/schemas.ts";

/** The simulated cloud's own shapes. What it answers is passed on as it is; what it is sent, it judges itself as well. */
const text = z.string().max(500);

export const scopeParameters = {
  account: text.optional(),
  region: text.optional(),
  type: text.optional().describe("A Pulumi type token, as `aws:ec2/vpc:Vpc`."),
  stack: text.optional().describe("A stack's name, as it stands in URNs."),
};

export const sandboxResource = z
  .looseObject({
    uid: z.string(),
    type: z.string(),
    id: z.string(),
    account: z.string(),
    region: z.string(),
    status: z.string(),
    createdAt: timestamp,
  })
  .meta({ id: "SandboxResource", description: "A resource of the simulated cloud. It is no resource of AWS." });

export const driftPatch = z
  .strictObject({
    properties: z.record(z.string(), z.unknown()).describe("A merge patch (RFC 7396) of its properties."),
  })
  .meta({ id: "SandboxDrift" });

export const faultRequest = z
  .strictObject({
    kind: text.meta({ example: "throttling" }).describe("`throttling`, `slowness` or `lost-response`."),
    scope: z
      .strictObject({ ...scopeParameters, service: text.optional(), operation: text.optional() })
      .optional()
      .describe("Which calls it meets; all of them without it."),
    rate: z.number().min(0).max(1).optional().describe("The share of those calls; all of them without it."),
    count: z.int().min(1).optional().describe("After so many it is spent."),
    seed: text.optional(),
    delayMs: z.number().min(1).optional().describe("Of `slowness`, in milliseconds."),
    answer: z.enum(["error", "none"]).optional().describe("Of `lost-response`."),
  })
  .meta({ id: "SandboxFaultRequest" });

export const fault = z.looseObject({ id: z.string(), kind: z.string() }).meta({ id: "SandboxFault" });

export const latencyRequest = z
  .strictObject({
    profile: text.optional().describe("`none`, `fast`, `realistic` or `custom`."),
    waitFactor: z.number().min(0).optional(),
    callMs: z.number().min(0).optional(),
  })
  .meta({ id: "SandboxLatencyRequest" });

export const latency = z.looseObject({ profile: z.string() }).meta({ id: "SandboxLatency" });

export const ledgerEntry = z
  .looseObject({ seq: z.int(), operation: z.string(), outcome: z.string() })
  .meta({ id: "SandboxLedgerEntry", description: "One call that the simulated cloud served." });

export const quotaScope = {
  account: text.default("000000000000"),
  region: regionName,
};

export const quotaRequest = z
  .strictObject({
    ...quotaScope,
    code: text.describe("Service Quotas' code.").meta({ example: "L-1216C47A" }),
    value: z.int().min(0).max(10_000_000),
  })
  .meta({ id: "SandboxQuotaRequest" });

export const quota = z.looseObject({ code: z.string(), name: z.string(), unit: z.string(), value: z.number() }).meta({
  id: "SandboxQuota",
  description: "How much the account may have in the region; `initial` is what a new account of AWS has.",
});
