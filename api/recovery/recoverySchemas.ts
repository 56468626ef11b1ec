import { z } from "zod";
import { timestamp } from "../http/schemas.ts";
import { divergenceKinds, settling } from "./divergence.ts";
import type { DivergenceRecord } from "./divergenceStore.ts";
import type { QuarantineStatus } from "./recoveryService.ts";

export const divergenceKind = z.enum(divergenceKinds);
export const divergenceStatus = z.enum(["open", "adopted", "forgotten"]);

const counts = z.object(Object.fromEntries(divergenceKinds.map((kind) => [kind, z.int()])));

export const quarantineSchema = z
  .object({
    status: z.enum(["none", "listing", "settling", "settled", "released"]),
    id: z.string().optional(),
    backupMadeAt: timestamp.optional(),
    restoredAt: timestamp.optional(),
    listedAt: timestamp.optional(),
    open: counts.describe("Divergences that are not settled, by kind."),
    total: counts,
    ended: z
      .object({
        updates: z.array(z.object({ stack: z.string(), update: z.string() })),
        operations: z.array(z.string()),
        rollouts: z.array(z.string()),
      })
      .optional()
      .describe("What was under way when the backup was made."),
    unasked: z.array(z.string()).describe("Stacks whose cloud could not be asked."),
    releasedAt: timestamp.optional(),
    releasedBy: z.string().optional(),
    overridden: z.boolean().optional().describe("Whether it was released with something left to settle."),
  })
  .meta({ id: "Quarantine" });

export const divergenceSchema = z
  .object({
    id: z.string(),
    kind: divergenceKind,
    team: z.string().optional().describe("Absent where it cannot be told whose it is."),
    project: z.string(),
    stack: z.string(),
    target: z.string().optional(),
    urn: z.string(),
    type: z.string(),
    cloudId: z.string().optional(),
    account: z.string().optional(),
    region: z.string().optional(),
    changed: z.array(z.string()).describe("Of `changed`: the properties that differ, without their values."),
    status: divergenceStatus,
    settledBy: z.string().optional(),
    settledAt: timestamp.optional(),
    adopt: z.string().optional().describe("What adopting it means; absent where it means nothing."),
    forget: z.string().describe("What forgetting it means."),
    removal: z
      .string()
      .optional()
      .describe("How to take away what is in the cloud and not wanted. Nothing does it by itself."),
  })
  .meta({ id: "Divergence" });

export function viewQuarantine({ status, quarantine, open, total }: QuarantineStatus) {
  if (quarantine === undefined) return { status, open, total, unasked: [] };
  const { id, backupMadeAt, restoredAt, listedAt, ended, unasked, releasedAt, releasedBy, overridden } = quarantine;
  return {
    status,
    id,
    backupMadeAt: backupMadeAt.toISOString(),
    restoredAt: restoredAt.toISOString(),
    ...(listedAt && { listedAt: listedAt.toISOString() }),
    open,
    total,
    ...(ended && { ended }),
    unasked,
    ...(releasedAt && { releasedAt: releasedAt.toISOString(), releasedBy, overridden }),
  };
}

export function viewDivergence(divergence: DivergenceRecord, removalOf: (handle: string) => string | undefined) {
  const { kind, cloudId, handle, settledAt, stackId: _, ...plain } = divergence;
  const removal = kind === "in-cloud" && handle !== undefined ? removalOf(handle) : undefined;
  return {
    ...plain,
    kind,
    ...(cloudId !== "" && { cloudId }),
    ...(settledAt && { settledAt: settledAt.toISOString() }),
    ...settling[kind],
    ...(removal && { removal }),
  };
}
