import { z } from "zod";

/** Of each thing only what is shown here is required; whatever else the service says is kept for `--json`. */
const problem = z.looseObject({ code: z.string(), title: z.string(), detail: z.string().optional() });
const count = z.number();
const changes = z.looseObject({ create: count, update: count, replace: count, delete: count, same: count });

export const blueprint = z.looseObject({
  name: z.string(),
  digest: z.string(),
  version: z.string(),
  title: z.string(),
  team: z.string().optional(),
  publishedAt: z.string(),
  publishedBy: z.string(),
  publishedFrom: z.looseObject({ kind: z.string(), url: z.string().optional(), commit: z.string().optional() }),
});
export type Blueprint = z.output<typeof blueprint>;

export const policyPack = z.looseObject({
  name: z.string(),
  version: z.string(),
  digest: z.string(),
  kind: z.string(),
  team: z.string().optional(),
  policies: z.array(z.looseObject({ name: z.string(), level: z.string() })),
  publishedAt: z.string(),
  publishedBy: z.string(),
});
export type PolicyPack = z.output<typeof policyPack>;

export const packAssignment = z.looseObject({
  id: z.string(),
  pack: z.string(),
  version: z.string(),
  team: z.string().optional(),
  stackSet: z.string().optional(),
  target: z.string().optional(),
  environment: z.string().optional(),
  level: z.string().optional(),
  assignedBy: z.string(),
});
export type PackAssignment = z.output<typeof packAssignment>;

export const stackSet = z.looseObject({
  name: z.string(),
  team: z.string(),
  blueprint: z.string(),
  target: z.string(),
  cloud: z.string(),
  regions: z.array(z.string()),
  status: z.string(),
  generation: z.number(),
  dependsOn: z
    .array(z.looseObject({ input: z.string(), from: z.string(), output: z.string(), region: z.string().optional() }))
    .optional(),
  dependents: z.array(z.string()).optional(),
});

const money = z.looseObject({ amount: z.string(), currency: z.string() });
const countedTypes = z.array(z.looseObject({ type: z.string(), count: z.number(), why: z.string() }));
export type Money = z.output<typeof money>;
const notes = { unpriced: countedTypes, regionAssumed: countedTypes.default([]) };
const standingCost = z.looseObject({ monthly: money, ...notes });
export type StandingCost = z.output<typeof standingCost>;

export const stack = z.looseObject({
  name: z.string(),
  team: z.string(),
  target: z.string().optional(),
  cloud: z.string().optional(),
  region: z.string().optional(),
  status: z.string(),
  resourceCount: z.number(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  stale: z
    .array(
      z.looseObject({
        input: z.string(),
        from: z.string(),
        output: z.string(),
        old: z.unknown(),
        new: z.unknown().optional(),
      }),
    )
    .optional(),
  estimate: standingCost.optional(),
});

const estimate = z.looseObject({
  before: money,
  after: money,
  change: money,
  ...notes,
});
export type Estimate = z.output<typeof estimate>;

export const operation = z.looseObject({
  id: z.string(),
  kind: z.string(),
  stack: z.string(),
  cloud: z.string(),
  status: z.string(),
  attempt: z.number(),
  createdAt: z.string(),
  finishedAt: z.string().optional(),
  changes,
  applied: changes,
  estimate: estimate.optional(),
  verdicts: z.array(
    z.looseObject({
      policy: z.string(),
      level: z.string(),
      urn: z.string(),
      message: z.string(),
      remediation: z.string(),
    }),
  ),
  suspects: z.array(z.looseObject({ urn: z.string() })),
  error: problem.optional(),
});

export const rollout = z.looseObject({
  id: z.string(),
  kind: z.string(),
  stackSet: z.string(),
  status: z.string(),
  regions: z.array(z.looseObject({ region: z.string(), operation: z.string().optional(), status: z.string() })),
  error: problem.optional(),
  createdAt: z.string(),
  finishedAt: z.string().optional(),
});

export type Operation = z.output<typeof operation>;
export type Rollout = z.output<typeof rollout>;
export type Changes = z.output<typeof changes>;
