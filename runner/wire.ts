import { z } from "zod";

/**
 * What passes between a runner host and the control process. The host dials; one long answer to `POST /runner/v1/attach`
 * carries `ToHost` messages as lines of JSON, and the host posts `JobReport`s. Nothing here assumes one machine, and
 * nothing carries more than one operation's worth of secrets.
 */
const phases = ["preview", "up", "refresh", "destroy"] as const;
export type Phase = (typeof phases)[number];

const job = z.object({
  /** `<operation id>.<attempt>`: one try of one phase of one operation. */
  id: z.string(),
  operation: z.string(),
  phase: z.enum(phases),
  /** The full name `<team>/<project>/<stack>`. */
  stack: z.object({ team: z.string(), project: z.string(), name: z.string() }),
  /** Where the engine finds its backend, and the token that reaches this one stack. */
  backend: z.object({ url: z.string(), token: z.string() }),
  blueprint: z.object({ name: z.string(), digest: z.string() }),
  /** Stack configuration as `pulumi up` reads it; an object value is written as JSON. */
  config: z.record(z.string(), z.string()),
  /** Environment for the providers: credentials of this phase, and addresses of providers that already run. */
  providerEnv: z.record(z.string(), z.string()),
  /** Whether the preview runs the policy pack. */
  policies: z.boolean(),
  /** Settings and exemptions for that pack, as a file of `--policy-pack-config` has them; the pack's own without. */
  policyConfig: z.record(z.string(), z.record(z.string(), z.unknown())).optional(),
});
export type Job = z.infer<typeof job>;

export const toHost = z.discriminatedUnion("type", [
  z.object({ type: z.literal("job"), job }),
  /** Interrupt the engine of this job; it saves what is in flight and ends. */
  z.object({ type: z.literal("cancel"), job: z.string() }),
  /**
   * Sent every `everyMs` milliseconds, so that a dead connection is noticed by its silence: after three of them missed, the
   * host dials again. The host answers each with a post to `hosts/{host}/alive`, so that the silence of the host is
   * noticed as well, on any network.
   */
  z.object({ type: z.literal("ping"), everyMs: z.number().int().positive() }),
]);
export type ToHost = z.infer<typeof toHost>;

export const attachRequest = z.object({
  /** Chosen by the host process at its start; the same for as long as it lives, and bound to the token that first used it. */
  host: z.string().regex(/^[A-Za-z0-9_-]{1,80}$/),
  capacity: z.number().int().min(1).max(64),
  /** Jobs that the host holds from an earlier connection: they run, or their report has not been taken yet. */
  running: z.array(z.string()).max(256).default([]),
});
export type AttachRequest = z.infer<typeof attachRequest>;

/**
 * How the engine of a job ended. `failed` covers a policy denial and a refusal by the backend as well: the control
 * process knows why, for it refused. `interrupted`: the host or its runner was told to stop. `killed`: the engine is dead
 * without having completed its update.
 */
const jobOutcomes = ["succeeded", "failed", "interrupted", "killed"] as const;

/**
 * Why a job ended as `interrupted` or `killed`: it was cancelled, its host was told to stop, its host is gone or silent,
 * its runner died, or the engine died by a signal that nobody here sent.
 */
const jobEndReasons = ["cancelled", "host-stopping", "host-lost", "runner-lost", "engine-died"] as const;

export const jobReport = z.object({
  outcome: z.enum(jobOutcomes),
  reason: z.enum(jobEndReasons).optional(),
  exitCode: z.number().int().optional(),
  signal: z.string().optional(),
  /** What the program has against the stack's inputs: it was asked before any engine was started, and none was. */
  problems: z
    .array(z.object({ pointer: z.string().max(500), detail: z.string().max(2_000) }))
    .max(100)
    .optional(),
  /** The last lines that the engine wrote to standard error, already without secrets; at most 4,000 characters. */
  diagnostics: z.string().max(8_000),
  /** Milliseconds: from receipt to the engine's start, and of the engine. */
  timing: z.object({ preparation: z.number(), engine: z.number() }),
});
export type JobReport = z.infer<typeof jobReport>;

/** Body of `POST /runner/v1/jobs/{id}/report`. */
export const reportRequest = z.object({ host: z.string(), report: jobReport });
export type ReportRequest = z.infer<typeof reportRequest>;

/** Body of `POST /runner/v1/hosts/{host}/alive`. A host that is leaving wants no more jobs. */
export const aliveRequest = z.object({ leaving: z.boolean() });
